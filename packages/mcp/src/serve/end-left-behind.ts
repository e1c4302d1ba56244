import { type Checkpointer, KeepupError, type Model, type RunAgent, type ThreadId } from '@keepup/core'

import { clientModel } from './client-model.ts'
import { clientThreadPrefix } from './serve-parts.ts'

/** @limit How many of the threads that changed last are looked at. */
const mostThreads = 1_000

/** A thread of a client whose server was killed, and the calls of it of which nobody knows whether they happened. */
export interface EndedThread {
  readonly thread: ThreadId
  readonly unknown: readonly string[]
}

/** What {@link endLeftBehind} needs. */
export interface LeftBehindParts {
  readonly checkpointer: Checkpointer
  readonly agent: (model: Model) => RunAgent
}

/**
 * Ends what servers left behind that were killed in the middle of calls: processes that outlived them, and their threads, each call with the outcome that is known of
 * it. Nothing is made again, for whoever asked for it is gone. Threads that another process holds stay. A run of an agent can be gone on with afterwards.
 */
export async function endLeftBehind(parts: LeftBehindParts): Promise<readonly EndedThread[]> {
  const { checkpointer } = parts
  const ended: EndedThread[] = []
  const found: ThreadId[] = []
  for await (const { thread } of checkpointer.threads({ limit: mostThreads })) {
    if (thread.startsWith(clientThreadPrefix) && (await isUnfinished(checkpointer, thread)))
      found.push(thread)
  }
  for (const thread of found) {
    try {
      ended.push({ thread, unknown: await interrupt(parts, thread) })
    } catch (error) {
      if (!KeepupError.is(error, 'lease-held') && !KeepupError.is(error, 'input-invalid')) throw error
    }
  }
  return ended
}

async function isUnfinished(checkpointer: Checkpointer, thread: ThreadId): Promise<boolean> {
  for await (const { types } of checkpointer.history(thread, { limit: 1 }))
    return types.at(-1) !== 'run-finished'
  return false
}

/** Fails `lease-held` where another process holds the thread. */
async function interrupt({ agent }: LeftBehindParts, thread: ThreadId): Promise<readonly string[]> {
  const signal = AbortSignal.abort(new Error('The server that its client talked to was killed.'))
  const run = agent(clientModel(async () => undefined))
  const unknown: string[] = []
  for await (const event of run({ thread, unattended: 'deny', signal })) {
    if (event.type === 'tool-finished' && event.data.outcome.type === 'unknown') unknown.push(event.data.tool)
  }
  return unknown
}
