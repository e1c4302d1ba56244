import { type Checkpointer, type Clock, systemClock, type ThreadSummary } from '@keepup/core'

/** Threads of graphs that waited for a time which has come, for `resumeGraph`. Those that somebody runs are left out. */
export async function* dueGraphs(options: {
  readonly checkpointer: Checkpointer
  readonly clock?: Clock
}): AsyncGenerator<ThreadSummary> {
  const { checkpointer, clock = systemClock } = options
  for await (const summary of checkpointer.threads({ due: clock.now() })) {
    if (await isGraph(checkpointer, summary)) yield summary
  }
}

async function isGraph(checkpointer: Checkpointer, { thread }: ThreadSummary): Promise<boolean> {
  for await (const { types } of checkpointer.history(thread, { limit: 1 })) {
    return types.some((type) => type === 'graph-waiting' || type.startsWith('node-'))
  }
  return false
}
