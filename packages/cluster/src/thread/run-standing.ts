import type { AgentEntry, Checkpointer, Entry, FoldRef, RunOutcome, ThreadId } from '@keepup/core'

import { parseSubmission, runSubmitted, type Submission } from './submission.ts'

/** What workers must know of a thread, whoever runs it. */
export interface RunStanding {
  readonly status: 'idle' | 'running' | 'waiting' | 'finished'
  /** Left out where nothing was submitted to it: workers leave it alone. */
  readonly submission?: Submission
  /** The agent whose tree it belongs to, while that waits for it. */
  readonly root?: ThreadId
  /** How the last run ended. */
  readonly outcome?: RunOutcome
}

/** Reads how a thread stands. Fails as reading it does. */
export async function readStanding(checkpointer: Checkpointer, thread: ThreadId): Promise<RunStanding> {
  const { entries } = await checkpointer.read(thread)
  return entries.reduce<RunStanding>((standing, entry) => apply(standing, entry, thread), { status: 'idle' })
}

function apply(standing: RunStanding, entry: Entry, thread: ThreadId): RunStanding {
  const submission = parseSubmission(entry.cause)
  const known = submission === undefined ? standing : { ...standing, submission }
  if (entry.erased === true) return known
  // Its writer is this package.
  if (entry.type === runSubmitted) return { ...known, submission: entry.data as Submission }
  if (entry.type === 'thread-pruned') return { ...known, ...prunedStanding(entry.data) }
  // The type says what the data is.
  return step(known, entry as AgentEntry, thread)
}

/** What the state keeps that the beginning of a thread was replaced by: not that it was submitted, so that workers leave it alone until it is again. */
function prunedStanding(data: unknown): RunStanding {
  const { fold, state } = (data ?? {}) as PrunedData
  if (fold?.id !== 'agent' || state === undefined) return { status: 'idle' }
  const outcome = state.run?.outcome
  return { status: state.status, ...(outcome === undefined ? {} : { outcome }) }
}

/** The parts of a base entry that are read here, as the fold of agents stores them. */
interface PrunedData {
  readonly fold?: FoldRef
  readonly state?: {
    readonly status: RunStanding['status']
    readonly run?: { readonly outcome?: RunOutcome }
  }
}

function step(standing: RunStanding, entry: AgentEntry, thread: ThreadId): RunStanding {
  switch (entry.type) {
    case 'run-started':
    case 'run-resumed': {
      const { outcome: _, ...rest } = standing
      return { ...rest, status: 'running' }
    }
    case 'run-waiting':
      return { ...standing, status: 'waiting' }
    case 'run-finished': {
      const { root: _, ...rest } = standing
      return { ...rest, status: 'finished', outcome: entry.data.outcome }
    }
    case 'agent-delegated':
      // A fork of it was started by nobody.
      return entry.data.agent === thread ? { ...standing, root: entry.data.root } : standing
    case 'agent-released': {
      const { root: _, ...rest } = standing
      return rest
    }
    default:
      return standing
  }
}
