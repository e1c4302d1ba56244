import { type Checkpointer, type Clock, systemClock, type ThreadSummary } from '@keepup/core'

/**
 * Threads of graphs whose time has come: a wait has ended, or a node was to be tried again by a process that died. For `resumeGraph`, which fails `lease-held`
 * where somebody runs one of them.
 */
export async function* dueGraphs(options: {
  readonly checkpointer: Checkpointer
  readonly clock?: Clock
}): AsyncGenerator<ThreadSummary> {
  const { checkpointer, clock = systemClock } = options
  for await (const summary of checkpointer.threads({ due: clock.now() })) {
    if (await isGraph(checkpointer, summary)) yield summary
  }
}

/** Says nothing of what a thread waits for. */
const asides: ReadonlySet<string> = new Set(['thread-tagged', 'signal-declined'])

async function isGraph(checkpointer: Checkpointer, { thread }: ThreadSummary): Promise<boolean> {
  for await (const { types } of checkpointer.history(thread)) {
    if (types.every((type) => asides.has(type))) continue
    return types.some((type) => type === 'graph-waiting' || type.startsWith('node-'))
  }
  return false
}
