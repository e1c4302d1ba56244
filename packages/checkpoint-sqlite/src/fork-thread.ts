import { checkThread } from '@keepup/checkpoint'
import { threadExists, unknownThread } from '@keepup/checkpoint/backend'
import type { Origin, ThreadId } from '@keepup/core'

import { effectiveHistory } from './history.ts'
import type { Parts } from './parts.ts'

/** Makes a thread whose past is another's, inside a body that writes; copies no entry. */
export function forkThread(parts: Parts, from: Origin, to: ThreadId): void {
  const { cache, threads } = parts
  checkThread(to)
  cache.refresh()
  const source = cache.find(from.thread)
  if (source?.created === undefined) throw unknownThread(from.thread)
  effectiveHistory(parts, source, from.at)
  const fork = cache.ensure(to)
  if (fork.created !== undefined) throw threadExists(to, 'Fork to an id that was never used.')
  fork.created = parts.clock.now()
  fork.many = source.many
  fork.origin = { id: source.id, thread: from.thread, at: from.at }
  fork.head = from.at
  fork.hash = threads.ownerAt(source, from.at).hash
  cache.touch(fork)
  threads.save(fork)
}
