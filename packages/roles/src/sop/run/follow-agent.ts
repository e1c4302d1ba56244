import {
  type AgentEntry,
  type AgentEvent,
  type Entry,
  isLive,
  joinLabels,
  joinTable,
  KeepupError,
  type Label,
  type Limits,
  type RunAgent,
  type RunOutcome,
  type RunRequest,
  type ThreadId,
  trustedLabel,
} from '@keepup/core'

import { readRequest, requestToolName } from '../agent/request-transition.ts'
import type { TransitionRequest } from './evidence.ts'
import type { Session } from './session.ts'
import type { CountedCalls, Spent } from './sop-entries.ts'

/** What an agent is told, and in which thread. */
export interface AgentOrder {
  readonly thread: ThreadId
  /** Told twice, it is heard once. */
  readonly inputId: string
  readonly input: string
  readonly label: Label
  readonly limits?: Limits
  /** Names it where it is shown. */
  readonly branch: string
  readonly signal: AbortSignal
}

/** What became of it. */
export type FollowedAgent =
  | { readonly type: 'waiting' }
  | {
      readonly type: 'ended'
      readonly outcome: RunOutcome
      readonly text: string
      readonly request?: TransitionRequest
      readonly calls: readonly CountedCalls[]
      readonly spent: Spent
      /** What it was shown. */
      readonly label: Label
    }

/** Runs an agent on an input to the end of its run. What it had done before a crash is read or gone on with, never done again. */
export async function followAgent(
  session: Session,
  agent: RunAgent,
  order: AgentOrder,
): Promise<FollowedAgent> {
  const before = await readWork(session, order)
  if (before.ended !== undefined && !isBroken(before.ended.outcome)) return before.ended
  const { thread, input, inputId, label, limits, signal, branch } = order
  const request: RunRequest = {
    thread,
    // What it was told is in its thread: it goes on from where it stood.
    ...(before.heard ? {} : { input, inputId, label }),
    unattended: session.parts.unattended ?? 'wait',
    signal,
    ...(session.parts.mode === undefined ? {} : { mode: session.parts.mode }),
    ...(limits === undefined ? {} : { limits }),
  }
  let last: AgentEvent | undefined
  for await (const event of agent(request)) {
    session.show({ type: 'agent-streamed', branch, event })
    if (!isLive(event)) last = event
  }
  if (last?.type === 'run-waiting') return { type: 'waiting' }
  const { ended } = await readWork(session, order)
  if (ended !== undefined) return ended
  throw new KeepupError(
    'internal',
    `The agent of thread ${thread} ended without saying how. Go on with the procedure to run it again.`,
  )
}

function isBroken({ type }: RunOutcome): boolean {
  return type === 'failed' || type === 'interrupted' || type === 'stopped'
}

interface Work {
  /** It was told its input. */
  readonly heard: boolean
  readonly ended?: Extract<FollowedAgent, { type: 'ended' }>
}

/** What an agent's thread says about one input: everything from it to the next one. */
async function readWork(
  { parts: { checkpointer } }: Session,
  { thread, inputId }: AgentOrder,
): Promise<Work> {
  const { entries } = await checkpointer.read(thread)
  const from = entries.findIndex(({ type, cause }) => type === 'user-message' && cause === inputId)
  if (from === -1) return { heard: false }
  const own = entries.slice(from)
  const run = own.findLast(isRunEntry)
  if (run?.type !== 'run-finished') return { heard: true }
  const { outcome, text, usage, cost, turns } = run.data
  const counted = countCalls(own)
  const began = entries[from]?.time ?? run.time
  const request = readRequest(own)
  return {
    heard: true,
    ended: {
      type: 'ended',
      outcome,
      text,
      calls: counted,
      label: entries.reduce<Label>(seen, trustedLabel),
      spent: {
        tokens: usage.input + usage.output,
        cost,
        wall: Math.max(0, run.time - began),
        toolCalls: counted.reduce((sum, { count }) => sum + count, 0),
        turns,
      },
      ...(request === undefined ? {} : { request }),
    },
  }
}

function seen(label: Label, { labels }: Entry): Label {
  return labels === undefined ? label : joinLabels(label, joinTable(labels))
}

function isRunEntry(entry: Entry): entry is AgentEntry<'run-finished' | 'run-resumed' | 'run-started'> {
  return ['run-finished', 'run-resumed', 'run-started'].includes(entry.type)
}

/** The calls that ended well, by tool, and how many of them after the last that may have changed files. */
function countCalls(entries: readonly Entry[]): readonly CountedCalls[] {
  const counts = new Map<string, { tool: string; count: number; sinceEdit: number }>()
  const changing = new Set<string>()
  for (const entry of entries) {
    if (entry.erased === true) continue
    if (entry.type === 'tool-started') {
      const { key, effects } = (entry as AgentEntry<'tool-started'>).data // its type says so
      if (!effects.some(({ kind }) => kind === 'write' || kind === 'delete')) continue
      changing.add(key)
    }
    if (entry.type !== 'tool-finished') continue
    const { key, tool, outcome } = (entry as AgentEntry<'tool-finished'>).data // its type says so
    if (changing.has(key)) for (const each of counts.values()) each.sinceEdit = 0
    if (outcome.type !== 'completed' || tool === requestToolName) continue
    const each = counts.get(tool) ?? { tool, count: 0, sinceEdit: 0 }
    each.count += 1
    each.sinceEdit += 1
    counts.set(tool, each)
  }
  return [...counts.values()]
}
