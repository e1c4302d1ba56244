import type { StoredSnapshot } from '@keepup/core'

import { checkErasures } from '../backend/thread-errors.ts'
import { type MemoryThread, type MemoryThreads, ownerOf } from './memory-thread.ts'

/** How many snapshots of one fold a thread keeps. */
const kept = 4

/** Keeps a copy of a snapshot with the thread whose own entry its position is; ignores a position that does not exist. */
export function keepSnapshot(threads: MemoryThreads, thread: MemoryThread, stored: StoredSnapshot): void {
  const owner = ownerOf(threads, thread, stored.at)
  if (owner === undefined || stored.at > thread.head) return
  checkErasures(thread.thread, stored.erasures, thread.erasures)
  const { id, version } = stored.fold
  const isSame = (other: StoredSnapshot): boolean =>
    other.fold.id === id && other.fold.version === version && other.at === stored.at
  const copy = { fold: { id, version }, at: stored.at, bytes: stored.bytes.slice() }
  const snapshots = [...owner.snapshots.filter((other) => !isSame(other)), copy]
  const oldestFirst = snapshots.filter(({ fold }) => fold.id === id).toSorted((a, b) => a.at - b.at)
  const surplus = new Set(oldestFirst.slice(0, Math.max(0, oldestFirst.length - kept)))
  owner.snapshots = snapshots.filter((snapshot) => !surplus.has(snapshot))
}
