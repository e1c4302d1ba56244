import type { Origin, Sequence, ThreadId } from '@keepup/core'

import { type EffectiveHistory, effectiveRanges, type Rewind } from '../effective-ranges.ts'
import { unknownPosition } from '../unknown-position.ts'

/** What a history needs to know of a thread. */
export interface LineThread {
  readonly id: number
  readonly name: ThreadId
  readonly head: Sequence
  readonly base: Sequence | undefined
  readonly origin: Origin | undefined
}

/** The ranges of entries that make up a history, and the threads that they lie in by name. */
export interface LocatedHistory<Thread extends LineThread> extends EffectiveHistory {
  readonly threads: ReadonlyMap<string, Thread>
}

/** A stretch of one thread's entries, both ends included. */
export interface Stretch {
  readonly id: number
  readonly name: ThreadId
  readonly from: Sequence
  readonly to: Sequence
}

/**
 * The effective history up to a position of the first thread of a line, which goes on with the one it was forked from, and so on;
 * `checkpoint-unknown` where the position does not exist.
 */
export function locateHistory<Thread extends LineThread>(
  line: readonly (readonly [thread: Thread, rewinds: readonly Rewind[]])[],
  at: Sequence,
): LocatedHistory<Thread> {
  const [first] = line[0] ?? []
  const head = first?.head ?? 0
  if (!Number.isSafeInteger(at) || at < 0 || at > head) throw unknownPosition(first?.name ?? '', at, head)
  const ranges = effectiveRanges(
    line.map(([{ name, base, origin }, rewinds]) => ({
      thread: name,
      after: origin?.at ?? 0,
      rewinds,
      ...(base === undefined ? {} : { base }),
    })),
    at,
  )
  return { ...ranges, threads: new Map(line.map(([thread]) => [thread.name, thread])) }
}

/** The sequence of the first own entry that there is or will be. */
export function firstSequence(thread: Pick<LineThread, 'base' | 'origin'>): Sequence {
  return thread.base ?? (thread.origin?.at ?? 0) + 1
}

/** The ranges of a history after a position, cut into stretches of at most `limit` entries. */
export function stretchesOf(history: LocatedHistory<LineThread>, after: Sequence, limit: number): Stretch[] {
  const stretches: Stretch[] = []
  for (const range of history.ranges) {
    const thread = history.threads.get(range.thread)
    if (thread === undefined) continue
    for (let from = Math.max(range.from, after + 1); from <= range.to; from += limit) {
      stretches.push({ id: thread.id, name: thread.name, from, to: Math.min(range.to, from + limit - 1) })
    }
  }
  return stretches
}

/** How many stretches have no more than `limit` entries together. */
export function countFitting(stretches: readonly Stretch[], limit: number): number {
  let entries = 0
  const beyond = stretches.findIndex(({ from, to }) => (entries += to - from + 1) > limit)
  return beyond === -1 ? stretches.length : beyond
}
