import { KeepupError, type Origin, type ThreadId } from '@keepup/core'

import { checkThread } from '../check-header.ts'
import { unknownThread } from '../unknown-position.ts'
import type { MemoryState } from './memory-state.ts'
import { effectiveHistory, hashAt } from './memory-thread.ts'

/** Makes a thread whose past is another's; copies no entry. */
export function forkInMemory(state: MemoryState, from: Origin, to: ThreadId): void {
  checkThread(to)
  const source = state.threads.get(from.thread)
  if (source === undefined) throw unknownThread(from.thread)
  effectiveHistory(state.threads, source, from.at)
  if (state.threads.has(to)) {
    const message = `Thread ${to} exists already. Fork to an id that was never used.`
    throw new KeepupError('thread-exists', message, { details: { thread: to } })
  }
  const now = state.clock.now()
  state.threads.set(to, {
    thread: to,
    writers: source.writers,
    created: now,
    updated: now,
    changed: state.nextChange(),
    origin: { thread: from.thread, at: from.at },
    base: undefined,
    entries: [],
    head: from.at,
    hash: hashAt(state.threads, source, from.at),
    rewinds: [],
    commits: [],
    due: undefined,
    ids: new Set(),
    snapshots: [],
    erasures: 0,
  })
}
