import {
  type Entry,
  type EntryId,
  type Hash,
  type Origin,
  type Sequence,
  type StoredSnapshot,
  type ThreadId,
  type Timestamp,
} from '@keepup/core'

import { type EffectiveHistory, effectiveRanges, type Line, type Rewind } from '../effective-ranges.ts'
import { genesisHash } from '../entry-hash.ts'
import { unknownPosition } from '../unknown-position.ts'
import { loadEntry, type StoredEntry } from './stored-entry.ts'

/** One thread at rest. */
export interface MemoryThread {
  readonly thread: ThreadId
  readonly writers: 'one' | 'many'
  readonly created: Timestamp
  updated: Timestamp
  /** Grows with every change of any thread, so that threads can be ordered without trusting a clock. */
  changed: number
  origin: Origin | undefined
  /** The sequence of the base entry that pruning left. */
  base: Sequence | undefined
  /** Own entries, without a gap. */
  entries: StoredEntry[]
  head: Sequence
  hash: Hash
  rewinds: Rewind[]
  /** The last sequence of each commit. */
  commits: Sequence[]
  due: Timestamp | undefined
  /** Ids of entries, where there are many writers. */
  readonly ids: Set<EntryId>
  snapshots: StoredSnapshot[]
  /** How many erasures have touched its history. */
  erasures: number
}

/** All threads by id. */
export type MemoryThreads = Map<ThreadId, MemoryThread>

/** A thread and those it was forked from, as `effectiveRanges` wants them. */
function linesOf(threads: MemoryThreads, thread: MemoryThread): Line[] {
  const lines: Line[] = []
  for (let step: MemoryThread | undefined = thread; step !== undefined;) {
    lines.push({
      thread: step.thread,
      after: step.origin?.at ?? 0,
      rewinds: step.rewinds,
      ...(step.base === undefined ? {} : { base: step.base }),
    })
    step = parentOf(threads, step)
  }
  return lines
}

/** The history up to a position; `checkpoint-unknown` where the position does not exist. */
export function effectiveHistory(
  threads: MemoryThreads,
  thread: MemoryThread,
  at: Sequence,
): EffectiveHistory {
  if (!Number.isSafeInteger(at) || at < 0 || at > thread.head) {
    throw unknownPosition(thread.thread, at, thread.head)
  }
  return effectiveRanges(linesOf(threads, thread), at)
}

/** Own entries from one sequence to another, both included, as far as they exist. */
export function storedBetween(thread: MemoryThread, from: Sequence, to: Sequence): readonly StoredEntry[] {
  const first = firstSequence(thread)
  return thread.entries.slice(Math.max(0, from - first), Math.max(0, to - first + 1))
}

/** The sequence of the first own entry that there is or will be. */
export function firstSequence(thread: MemoryThread): Sequence {
  return thread.base ?? (thread.origin?.at ?? 0) + 1
}

/** Fresh copies of a history's entries after a position. */
export function loadHistory(threads: MemoryThreads, history: EffectiveHistory, after: Sequence): Entry[] {
  return history.ranges.flatMap(({ thread, from, to }) => {
    const owner = threads.get(thread)
    if (owner === undefined || to <= after) return []
    return storedBetween(owner, Math.max(from, after + 1), to).map(loadEntry)
  })
}

/** The thread in the line of forks whose own entry a position is; `undefined` for 0 and for what does not exist. */
export function ownerOf(
  threads: MemoryThreads,
  thread: MemoryThread,
  at: Sequence,
): MemoryThread | undefined {
  let owner: MemoryThread | undefined = thread
  while (owner !== undefined && at < firstSequence(owner)) {
    owner = parentOf(threads, owner)
  }
  return owner !== undefined && at >= 1 && at <= owner.head ? owner : undefined
}

/** The chain's hash at a position that exists. */
export function hashAt(threads: MemoryThreads, thread: MemoryThread, at: Sequence): Hash {
  const owner = ownerOf(threads, thread, at)
  const stored = owner?.entries[at - firstSequence(owner)]
  if (stored !== undefined) return stored.chain
  let root = thread
  for (let up = parentOf(threads, root); up !== undefined; up = parentOf(threads, root)) root = up
  return genesisHash(root.thread)
}

function parentOf(threads: MemoryThreads, thread: MemoryThread): MemoryThread | undefined {
  return thread.origin === undefined ? undefined : threads.get(thread.origin.thread)
}

/** The threads that were forked from one, directly or through others. */
export function forksOf(threads: MemoryThreads, thread: ThreadId): MemoryThread[] {
  const direct = [...threads.values()].filter((other) => other.origin?.thread === thread)
  return direct.flatMap((fork) => [fork, ...forksOf(threads, fork.thread)])
}
