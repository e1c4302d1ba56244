import { currentOwner, readState } from '@keepup/checkpoint'
import { type Checkpointer, KeepupError, type ThreadId, type ThreadSummary } from '@keepup/core'
import { agentFold } from '@keepup/loop'

/** @limit How many of the threads that changed last are looked at. */
const mostThreads = 1_000

/** A thread that nobody runs, and that is not done. */
export interface LeftBehind {
  readonly thread: ThreadId
  /** It waited, and its question was answered since; or whoever ran it is gone. */
  readonly why: 'answered' | 'cut-off'
}

/** Finds the agents that were left behind: by a server that was killed, or answered while none was there. Whatever is no agent is passed over. */
export async function* leftBehind(checkpointer: Checkpointer): AsyncIterable<LeftBehind> {
  for await (const summary of checkpointer.threads({ limit: mostThreads })) {
    const { thread, writers } = summary
    if (writers === 'many') continue
    if (await isAnswered(checkpointer, summary)) yield { thread, why: 'answered' }
    else if (await isCutOff(checkpointer, thread)) yield { thread, why: 'cut-off' }
  }
}

async function isAnswered(
  checkpointer: Checkpointer,
  { thread, pending }: Pick<ThreadSummary, 'pending' | 'thread'>,
): Promise<boolean> {
  if (pending === 0) return false
  const signals = await checkpointer.pending(thread)
  if (!signals.some(({ channel }) => channel.startsWith('answers:'))) return false
  return (await statusOf(checkpointer, thread)) === 'waiting'
}

/** The last commit of most threads says that they ended, so that few are read. */
async function isCutOff(checkpointer: Checkpointer, thread: ThreadId): Promise<boolean> {
  for await (const { types } of checkpointer.history(thread, { limit: 1 })) {
    if (types.some((type) => type === 'run-finished' || type === 'run-waiting')) return false
  }
  if ((await statusOf(checkpointer, thread)) !== 'running') return false
  try {
    // Whoever holds it runs it, unless they are provably dead.
    const lease = await checkpointer.lease(thread, currentOwner('server'), 1_000)
    await lease[Symbol.asyncDispose]()
    return true
  } catch (error) {
    if (KeepupError.is(error, 'lease-held')) return false
    throw error
  }
}

async function statusOf(checkpointer: Checkpointer, thread: ThreadId): Promise<string | undefined> {
  try {
    return (await readState(checkpointer, thread, agentFold)).state.status
  } catch (error) {
    if (KeepupError.is(error)) return undefined
    throw error
  }
}
