import {
  type AgentEntryData,
  type ArtifactHash,
  type Channel,
  type LabelTable,
  type PendingSignal,
  type Sequence,
  type SignalId,
  trustedLabel,
  type UserMessage,
} from '@keepup/core'

import type { AgentState, OpenCall } from './agent-state.ts'
import { hasAnswered } from './graceful-recovery.ts'
import { type Draft, draft } from './journal.ts'
import { isAnswer, readMessage, readReason, readRewind, readTag } from './read-signal.ts'

/** What the intake must know besides the state. */
export interface IntakeSituation {
  /** The head of the thread. */
  readonly head: Sequence
  /** Artifacts that signals name and that are not stored. */
  readonly missing: ReadonlySet<ArtifactHash>
}

/** The artifacts that a message names. */
export function artifactsOf(message: UserMessage): readonly ArtifactHash[] {
  return message.content.flatMap((part) =>
    part.type === 'file' && 'artifact' in part.source ? [part.source.artifact] : [],
  )
}

/** What becomes of signals: which are taken now, and the entries they cause. Those left out stay pending. */
export interface Intake {
  readonly drafts: readonly Draft[]
  readonly takes: readonly SignalId[]
}

/**
 * Decides, from the state alone, which pending signals the agent heeds now. Control and answers always; steers whenever no call is open; messages
 * only when the agent has nothing to do. Each taken signal leaves an entry: what it did, or why it was declined.
 */
export function takeSignals(
  state: AgentState,
  pending: readonly PendingSignal[],
  situation: IntakeSituation,
): Intake {
  const drafts: Draft[] = []
  const takes: SignalId[] = []
  const judged = new Set<Channel>()
  for (const signal of pending) {
    if (judged.has(signal.channel) || !isTimely(state, signal, drafts.length)) continue
    // A second answer is judged once the state knows of the first.
    if (signal.channel.startsWith('answers:')) judged.add(signal.channel)
    drafts.push(interpret(state, signal, situation))
    takes.push(signal.id)
  }
  return { drafts, takes }
}

/** Only what cannot wait for the end of the turn: interrupt and stop. */
export function takeUrgent(
  state: AgentState,
  pending: readonly PendingSignal[],
  situation: IntakeSituation,
): Intake {
  const control = pending.filter(({ channel }) => channel === 'control')
  const urgent = control.findIndex(({ type }) => type !== 'interrupt' && type !== 'stop')
  return takeSignals(state, urgent === -1 ? control : control.slice(0, urgent), situation)
}

function isTimely(state: AgentState, { channel }: PendingSignal, taken: number): boolean {
  if (channel === 'control' || channel.startsWith('answers:')) return true
  if (state.turn !== undefined) return false
  if (channel === 'steers') return true
  return (
    channel === 'messages' &&
    (state.status !== 'running' || state.messages.length === 0 || hasAnswered(state) || taken > 0)
  )
}

function interpret(state: AgentState, signal: PendingSignal, situation: IntakeSituation): Draft {
  if (signal.channel === 'control') return interpretControl(state, signal, situation)
  if (signal.channel.startsWith('answers:')) return interpretAnswer(state, signal)
  const message = readMessage(signal.data)
  if (message === undefined)
    return decline(signal, 'its data is no message: send { message: { role: "user", content: [...] } }')
  const artifacts = artifactsOf(message)
  const missing = artifacts.find((hash) => situation.missing.has(hash))
  if (missing !== undefined) return decline(signal, `it names artifact ${missing}, which is not stored`)
  return userMessage(signal, message, artifacts)
}

function userMessage(signal: PendingSignal, message: UserMessage, artifacts: readonly ArtifactHash[]): Draft {
  const labels: LabelTable = signal.labels ?? { default: { ...trustedLabel, sources: [signal.by] } }
  const delivery = signal.channel === 'steers' ? 'steer' : 'message'
  return draft(
    'user-message',
    { message, delivery },
    { by: signal.by, cause: signal.id, labels, ...(artifacts.length === 0 ? {} : { artifacts }) },
  )
}

function interpretControl(state: AgentState, signal: PendingSignal, { head }: IntakeSituation): Draft {
  const header = { by: signal.by, cause: signal.id }
  switch (signal.type) {
    case 'interrupt':
    case 'stop': {
      if (state.status !== 'running' || state.run === undefined) return decline(signal, 'no run was going on')
      const data = { run: state.run.id, reason: readReason(signal.data) }
      return draft(signal.type === 'stop' ? 'run-stopping' : 'run-interrupted', data, header)
    }
    case 'rewind': {
      const to = readRewind(signal.data)
      if (to === undefined || to > head) return decline(signal, `its data is no { to } between 0 and ${head}`)
      return draft('thread-rewound', { to }, header)
    }
    case 'tag': {
      const tag = readTag(signal.data)
      return tag === undefined
        ? decline(signal, 'its data is no { tag, at }')
        : draft('thread-tagged', tag, header)
    }
    default:
      return decline(signal, 'this version does not know its type')
  }
}

function interpretAnswer(state: AgentState, signal: PendingSignal): Draft {
  if (!isAnswer(signal.data))
    return decline(signal, 'its data is no answer: send { approval, digest, allow }')
  const { approval: id, digest, allow, message } = signal.data
  if (signal.channel !== `answers:${id}`)
    return decline(signal, 'it answers another approval than its channel names')
  const answer = { approval: id, digest, allow, by: signal.by, ...(message === undefined ? {} : { message }) }
  const call = state.turn?.calls.find(({ approval }) => approval?.id === id)
  if (call?.approval === undefined) return decline(signal, 'no such approval is open')
  if (call.approval.answer !== undefined)
    return decline(signal, 'it was answered already: the first answer counts')
  return answered(call, answer, signal)
}

function answered(
  call: OpenCall,
  answer: Omit<AgentEntryData['approval-answered'], 'key' | 'valid'>,
  signal: PendingSignal,
): Draft {
  const valid = answer.digest === call.approval?.digest
  return draft('approval-answered', { ...answer, key: call.key, valid }, { by: signal.by, cause: signal.id })
}

function decline(signal: PendingSignal, reason: string): Draft {
  const { id, channel, type: kind, data, by, labels } = signal
  const header = { by, cause: id, ...(labels === undefined ? {} : { labels }) }
  return draft('signal-declined', { signal: id, channel, kind, data, reason }, header)
}
