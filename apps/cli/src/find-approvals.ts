import {
  KeepupError,
  type AgentEntry,
  type Answer,
  type AnswerForm,
  type Effect,
  type JsonValue,
  type PendingSignal,
  type ThreadId,
  type Timestamp,
  type ToolCallPart,
} from '@keepup/core'
import type { OpenApproval } from '@keepup/loop'

import { findGraph } from './graph/find-graph.ts'
import { readAgent } from './read-agent.ts'
import type { Store } from './store.ts'

/** A question that a thread was asked, and what is known of it. */
export interface FoundApproval {
  readonly thread: ThreadId
  readonly approval: OpenApproval
  /** The call as it would be run: repaired, and rewritten by hooks, where it was. */
  readonly part: ToolCallPart
  readonly effects: readonly Effect[]
  /** Where its commands would start; the workspace when left out. */
  readonly folder?: string
  /** The project that the agent works in, where it was recorded. */
  readonly workspace?: string
  readonly since: Timestamp
  /** The agent asks for words, not for leave. */
  readonly wants?: AnswerForm
}

/** Every question of a store that nobody has answered, oldest last. Reads each thread's state. */
export async function* openApprovals(store: Store): AsyncIterable<FoundApproval> {
  for await (const { thread } of store.checkpointer.threads()) {
    if (await isAgent(store, thread)) yield* openApprovalsOf(store, thread)
  }
}

/** Whether a thread is an agent's, and not a graph's. */
async function isAgent(store: Store, thread: ThreadId): Promise<boolean> {
  try {
    await readAgent(store.checkpointer, thread)
    return true
  } catch (error) {
    if (KeepupError.is(error, 'thread-too-new') && (await findGraph(store, thread)) !== undefined)
      return false
    throw error
  }
}

/** Every question of a thread that nobody has answered, in the order of the calls. */
export async function* openApprovalsOf(store: Store, thread: ThreadId): AsyncIterable<FoundApproval> {
  const { turn, status, run } = await readAgent(store.checkpointer, thread)
  const workspace = run?.settings.workspace
  if (status === 'finished') return
  for (const { approval, part } of turn?.calls ?? []) {
    if (approval === undefined || approval.answer !== undefined) continue
    const asked = await entryOf(store, thread, approval)
    const known = asked === undefined ? { part, effects: [], since: 0 } : askedOf(part, asked)
    yield { thread, approval, ...known, ...(workspace === undefined ? {} : { workspace }) }
  }
}

/** What the question itself tells. */
function askedOf(
  part: ToolCallPart,
  { data, time: since }: AgentEntry<'approval-requested'>,
): Omit<FoundApproval, 'thread' | 'approval'> {
  const { effects, folder, wants, input } = data
  return {
    // It was JSON when it was recorded.
    part: input === undefined ? part : { ...part, input: input as JsonValue },
    effects,
    since,
    ...(folder === undefined ? {} : { folder }),
    ...(wants === undefined ? {} : { wants }),
  }
}

async function entryOf(
  { checkpointer }: Store,
  thread: ThreadId,
  { sequence }: OpenApproval,
): Promise<AgentEntry<'approval-requested'> | undefined> {
  for await (const entry of checkpointer.log(thread, sequence - 1)) {
    // The fold says that this entry is the question.
    return entry.type === 'approval-requested' ? (entry as AgentEntry<'approval-requested'>) : undefined
  }
  return undefined
}

/** An answer that was given. */
export interface GivenAnswer {
  readonly by: string
  readonly time: Timestamp
  readonly allow: boolean
}

/** The answer that was sent first and that its thread has not taken yet. */
export async function waitingAnswer(
  { checkpointer }: Store,
  thread: ThreadId,
  approval: string,
): Promise<(GivenAnswer & { readonly id: string }) | undefined> {
  const pending = await checkpointer.pending(thread)
  const first = pending.find(({ channel, type }) => channel === `answers:${approval}` && type === 'answer')
  return first === undefined ? undefined : { id: first.id, ...given(first) }
}

function given({ by, time, data }: PendingSignal): GivenAnswer {
  return { by, time, allow: (data as Partial<Answer>).allow === true }
}

/** The answer that a thread has taken, whichever thread it was. */
export async function takenAnswer(
  { checkpointer }: Store,
  approval: string,
): Promise<(GivenAnswer & { readonly thread: ThreadId }) | undefined> {
  for await (const { thread } of checkpointer.threads()) {
    for await (const entry of checkpointer.log(thread)) {
      if (entry.type !== 'approval-answered') continue
      const data = entry.data as AgentEntry<'approval-answered'>['data'] // its type says so
      if (data.approval.startsWith(approval)) {
        return { thread, by: data.by, time: entry.time, allow: data.allow }
      }
    }
  }
  return undefined
}
