import {
  type AgentEntryData,
  type ArtifactHash,
  type Channel,
  joinLabels,
  type Label,
  labelAt,
  type LabelTable,
  lostLabel,
  type PendingSignal,
  type Sequence,
  type SignalId,
  trustedLabel,
  type UserMessage,
} from '@keepup/core'

import type { AgentState, OpenCall } from './agent-state.ts'
import { openAgents, openDelegation } from './fold/agent-handlers.ts'
import { hasAnswered } from './graceful-recovery.ts'
import { type Draft, draft, type DraftHeader } from './journal.ts'
import { readAgentEnded } from './read-agent-ended.ts'
import { isAnswer, readMessage, readReason, readRewind, readTag } from './read-signal.ts'

/** What the intake must know besides the state. */
export interface IntakeSituation {
  /** The head of the thread. */
  readonly head: Sequence
  /** The labels of the artifacts that signals name, of those that are stored. */
  readonly artifacts: ReadonlyMap<ArtifactHash, Label>
  /** The positions that rewinds name and that the thread can be read at. */
  readonly rewindable: ReadonlySet<Sequence>
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
  const closed = new Set<Channel>()
  for (const signal of pending) {
    if (closed.has(signal.channel)) continue
    // A rewind is judged by itself, and what was sent after it by the state that it leads to.
    if (isRewind(signal) && drafts.length > 0) break
    // Each channel keeps its order: what comes after something that waits, waits as well.
    if (!isTimely(state, signal, drafts)) {
      closed.add(signal.channel)
      continue
    }
    // A second answer is judged once the state knows of the first.
    if (signal.channel.startsWith('answers:')) closed.add(signal.channel)
    const drafted = interpret(state, signal, situation)
    drafts.push(drafted)
    takes.push(signal.id)
    if (isRewind(signal)) break
  }
  return { drafts, takes }
}

/** Only what need not wait for the end of the turn: control, up to the first rewind. */
export function takeUrgent(
  state: AgentState,
  pending: readonly PendingSignal[],
  situation: IntakeSituation,
): Intake {
  const control = pending.filter(({ channel }) => channel === 'control')
  const urgent = control.findIndex(isRewind)
  return takeSignals(state, urgent === -1 ? control : control.slice(0, urgent), situation)
}

function isRewind({ channel, type }: PendingSignal): boolean {
  return channel === 'control' && type === 'rewind'
}

function isTimely(state: AgentState, { channel, type }: PendingSignal, drafts: readonly Draft[]): boolean {
  if (channel.startsWith('answers:')) return true
  if (channel.startsWith(agentsChannel)) return state.turn === undefined
  const ends = isInterrupted(state) || drafts.some((drafted) => drafted.type === 'run-interrupted')
  // An interrupted run ends where it is; the rewind is for what comes after it.
  if (channel === 'control') return type !== 'rewind' || !ends
  // Words to a run that is about to end would be heard by nobody: they are kept for the next one.
  if (state.turn !== undefined || ends || isClosing(state)) return false
  return channel === 'steers' || (channel === 'messages' && isAtRest(state))
}

function isAtRest(state: AgentState): boolean {
  return state.status !== 'running' || state.messages.length === 0 || hasAnswered(state)
}

function isInterrupted({ status, run }: AgentState): boolean {
  return status === 'running' && run?.interrupted !== undefined
}

function isClosing({ status, run }: AgentState): boolean {
  return status === 'running' && run?.closing !== undefined
}

function interpret(state: AgentState, signal: PendingSignal, situation: IntakeSituation): Draft {
  if (signal.channel === 'control') return interpretControl(state, signal, situation)
  if (signal.channel.startsWith('answers:')) return interpretAnswer(state, signal)
  if (signal.channel.startsWith(agentsChannel)) return interpretEnd(state, signal)
  const message = readMessage(signal.data)
  if (message === undefined)
    return decline(signal, 'its data is no message: send { message: { role: "user", content: [...] } }')
  const artifacts = artifactsOf(message)
  const missing = artifacts.find((hash) => !situation.artifacts.has(hash))
  if (missing !== undefined) return decline(signal, `it names artifact ${missing}, which is not stored`)
  return userMessage(signal, message, situation.artifacts)
}

function userMessage(
  signal: PendingSignal,
  message: UserMessage,
  stored: IntakeSituation['artifacts'],
): Draft {
  const labels = withArtifacts(labelsOf(signal), message, stored)
  const artifacts = artifactsOf(message)
  const delivery = signal.channel === 'steers' ? 'steer' : 'message'
  return draft(
    'user-message',
    { message, delivery },
    { by: signal.by, cause: signal.id, labels, ...(artifacts.length === 0 ? {} : { artifacts }) },
  )
}

/** Who says nothing of provenance is believed where it is the user, whose words these are; anybody else's have lost their label. */
function labelsOf({ labels, by }: PendingSignal): LabelTable {
  return labels ?? { default: by === 'user' ? { ...trustedLabel, sources: ['user'] } : lostLabel }
}

/** A file keeps the label of its bytes, whoever hands it on. */
function withArtifacts(
  labels: LabelTable,
  message: UserMessage,
  stored: IntakeSituation['artifacts'],
): LabelTable {
  let table = labels
  for (const [index, part] of message.content.entries()) {
    if (part.type !== 'file' || !('artifact' in part.source)) continue
    const pointer = `/message/content/${index}`
    const told = labelAt(table, pointer)
    const joined = joinLabels(told, stored.get(part.source.artifact) ?? lostLabel)
    if (joined === told) continue
    const others = (table.leaves ?? []).filter(([place]) => place !== pointer)
    table = { ...table, leaves: [...others, [pointer, joined]] }
  }
  return table
}

function interpretControl(
  state: AgentState,
  signal: PendingSignal,
  { head, rewindable }: IntakeSituation,
): Draft {
  const header = headerOf(signal)
  switch (signal.type) {
    case 'interrupt':
    case 'stop':
      return interpretEnding(state, signal)
    case 'rewind': {
      const to = readRewind(signal.data)
      if (to === undefined || to > head)
        return decline(signal, 'its data is no { to } that names a position of this thread')
      if (!rewindable.has(to)) return decline(signal, `position ${to} can no longer be read`)
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

/** Also an agent that another one started, before its run begins, can be ended. */
function interpretEnding(state: AgentState, signal: PendingSignal): Draft {
  const stops = signal.type === 'stop'
  if (state.status !== 'running' && (stops || openDelegation(state) === undefined)) {
    return decline(signal, 'no run was going on')
  }
  const data = { run: state.run?.id ?? '', reason: readReason(signal.data) }
  return draft(stops ? 'run-stopping' : 'run-interrupted', data, headerOf(signal))
}

/** Where agents that were started here tell that they have ended, each on a channel of its own. */
const agentsChannel = 'agents:'

/** An agent that nobody waits for has ended: it is settled, and the model is told. */
function interpretEnd(state: AgentState, signal: PendingSignal): Draft {
  const ended = readAgentEnded(signal.data)
  if (ended === undefined) return decline(signal, 'its data does not tell how an agent ended')
  const { agent, attempt, end, spent } = ended
  const open = openAgents(state).find((one) => one.agent === agent && one.attempt === attempt)
  if (open === undefined) return decline(signal, 'no such agent is at work')
  const data = { agent, key: open.key, attempt, end, spent, told: true as const }
  return draft('agent-settled', data, { by: signal.by, cause: signal.id })
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
  return draft('approval-answered', { ...answer, key: call.key, valid }, headerOf(signal))
}

function decline(signal: PendingSignal, reason: string): Draft {
  const { id, channel, type: kind, data } = signal
  return draft('signal-declined', { signal: id, channel, kind, data, reason }, headerOf(signal))
}

function headerOf({ by, id, labels }: PendingSignal): DraftHeader {
  return { by, cause: id, ...(labels === undefined ? {} : { labels }) }
}
