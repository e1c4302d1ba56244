import { readState } from '@keepup/checkpoint'
import type {
  AgentEntry,
  AnswerForm,
  Checkpointer,
  Effect,
  JsonValue,
  Reason,
  ThreadId,
  Timestamp,
  ToolCallPart,
} from '@keepup/core'

import { agentFold } from '../agent-fold.ts'
import type { OpenApproval } from '../agent-state.ts'

/** A question that a thread was asked, and what is known of it. */
export interface FoundApproval {
  readonly thread: ThreadId
  readonly approval: OpenApproval
  /** The call as it would be run: repaired, and rewritten by hooks, where it was. */
  readonly part: ToolCallPart
  readonly effects: readonly Effect[]
  /** Why it was asked about, where that was recorded. */
  readonly reasons?: readonly Reason[]
  /** Where its commands would start; the workspace when left out. */
  readonly folder?: string
  /** The project that the agent works in, where it was recorded. */
  readonly workspace?: string
  readonly since: Timestamp
  /** The agent asks for words, not for leave. */
  readonly wants?: AnswerForm
}

/** Every question of a thread that nobody has answered, in the order of the calls. Fails `thread-too-new` for a thread that is no agent's. */
export async function* openApprovals(
  checkpointer: Checkpointer,
  thread: ThreadId,
): AsyncIterable<FoundApproval> {
  const { turn, status, run } = (await readState(checkpointer, thread, agentFold)).state
  const workspace = run?.settings.workspace
  if (status === 'finished') return
  for (const { approval, part } of turn?.calls ?? []) {
    if (approval === undefined || approval.answer !== undefined) continue
    const asked = await entryOf(checkpointer, thread, approval)
    const known = asked === undefined ? { part, effects: [], since: 0 } : askedOf(part, asked)
    yield { thread, approval, ...known, ...(workspace === undefined ? {} : { workspace }) }
  }
}

/** What the question itself tells. */
function askedOf(
  part: ToolCallPart,
  { data, time: since }: AgentEntry<'approval-requested'>,
): Omit<FoundApproval, 'thread' | 'approval'> {
  const { effects, reasons, folder, wants, input } = data
  return {
    // It was JSON when it was recorded.
    part: input === undefined ? part : { ...part, input: input as JsonValue },
    effects,
    reasons,
    since,
    ...(folder === undefined ? {} : { folder }),
    ...(wants === undefined ? {} : { wants }),
  }
}

async function entryOf(
  checkpointer: Checkpointer,
  thread: ThreadId,
  { sequence }: OpenApproval,
): Promise<AgentEntry<'approval-requested'> | undefined> {
  for await (const entry of checkpointer.log(thread, sequence - 1)) {
    // The fold says that this entry is the question.
    return entry.type === 'approval-requested' ? (entry as AgentEntry<'approval-requested'>) : undefined
  }
  return undefined
}
