import { KeepupError, type Sequence, type ThreadId, type ThreadSummary, type Timestamp } from '@keepup/core'

import type { Store } from '../store.ts'

/** What an erasure reaches among the threads of a store. */
export interface Reach {
  /** The thread and, where they go with it, its forks. */
  readonly gone: readonly ThreadId[]
  readonly others: readonly ThreadId[]
  /** When the first of them began. */
  readonly since: Timestamp
  /** Forks that have what is to be erased in their past. */
  readonly forks: readonly ThreadId[]
}

/** Finds what an erasure reaches. Fails `lease-held` where one of those threads is run, before anything is changed. */
export async function reachOf(
  { checkpointer }: Store,
  name: ThreadId,
  entries: readonly Sequence[] | undefined,
): Promise<Reach> {
  const all: ThreadSummary[] = []
  for await (const summary of checkpointer.threads()) all.push(summary)
  // Forks come after what they were forked from.
  const family = new Set([name])
  for (let size = 0; size !== family.size;) {
    size = family.size
    for (const { thread, origin } of all)
      if (origin !== undefined && family.has(origin.thread)) family.add(thread)
  }
  const gone = all.filter(({ thread }) => (entries === undefined ? family.has(thread) : thread === name))
  for (const summary of gone) refuseHeld(summary)
  return {
    gone: gone.map(({ thread }) => thread),
    others: all.filter((summary) => !gone.includes(summary)).map(({ thread }) => thread),
    since: Math.min(...gone.map(({ created }) => created)),
    forks: all.filter((fork) => dependsOn(fork, name, entries)).map(({ thread }) => thread),
  }
}

function dependsOn({ origin }: ThreadSummary, name: ThreadId, entries: readonly Sequence[] = [0]): boolean {
  return origin?.thread === name && origin.at >= Math.min(...entries)
}

function refuseHeld({ thread, owner }: ThreadSummary): void {
  if (owner === undefined) return
  const message = `Thread ${thread} is held by process ${owner.process} on ${owner.host}. End it with keepup signal ${thread} interrupt, then erase.`
  throw new KeepupError('lease-held', message, { details: { thread, owner } })
}
