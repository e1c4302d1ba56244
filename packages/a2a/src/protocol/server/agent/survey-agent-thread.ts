import type { AgentEntry, AgentEntryData, Checkpointer, Entry, SignalId, ThreadId } from '@keepup/core'

/** A question of the agent that has no answer yet. */
export type OpenQuestion = Pick<
  AgentEntryData['approval-requested'],
  'approval' | 'digest' | 'question' | 'tool'
> & {
  /** It asks for words, which a client may give; others ask for leave, which only a person on this side may. */
  readonly forWords: boolean
}

/** How an agent's thread stands. */
export interface AgentSurvey {
  readonly entries: readonly AgentEntry[]
  /** The signals that it took. */
  readonly taken: ReadonlySet<SignalId>
  readonly open: readonly OpenQuestion[]
  /** How the last run ended, and nothing where it did not. */
  readonly finished: AgentEntry<'run-finished'> | undefined
  readonly waiting: AgentEntry<'run-waiting'> | undefined
}

/** Reads an agent's thread, which may not exist, for what it asks and how it ended. */
export async function surveyAgentThread(checkpointer: Checkpointer, thread: ThreadId): Promise<AgentSurvey> {
  const entries: AgentEntry[] = []
  const taken = new Set<SignalId>()
  const open = new Map<string, OpenQuestion>()
  let finished: AgentEntry<'run-finished'> | undefined
  let waiting: AgentEntry<'run-waiting'> | undefined
  for (const entry of (await checkpointer.read(thread)).entries) {
    if (!isTold(entry)) continue
    entries.push(entry)
    if (typeof entry.cause === 'string') taken.add(entry.cause)
    if (entry.type === 'run-started' || entry.type === 'run-resumed') finished = waiting = undefined
    if (entry.type === 'run-finished') {
      finished = entry
      waiting = undefined
      open.clear()
    }
    if (entry.type === 'run-waiting') waiting = entry
    if (entry.type === 'approval-requested') {
      const { approval, digest, question, tool, wants } = entry.data
      open.set(approval, { approval, digest, question, tool, forWords: wants !== undefined })
    }
    if (entry.type === 'approval-answered' && entry.data.valid) open.delete(entry.data.approval)
  }
  return { entries, taken, open: [...open.values()], finished, waiting }
}

const told: ReadonlySet<string> = new Set([
  'run-started',
  'run-resumed',
  'user-message',
  'assistant-message',
  'approval-requested',
  'approval-answered',
  'run-waiting',
  'run-finished',
])

function isTold(entry: Entry): entry is AgentEntry {
  return told.has(entry.type) && entry.erased !== true
}
