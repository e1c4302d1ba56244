import { KeepupError, type Sequence, type ThreadId } from '@keepup/core'

/** One `thread-rewound` entry: from `sequence` on, what came after `to` is hidden. */
export interface Rewind {
  readonly sequence: Sequence
  readonly to: Sequence
}

/** One thread of a line of forks, as far as effective ranges depend on it. */
export interface Line {
  readonly thread: ThreadId
  /** The fork point: where its own entries begin after. 0 for a thread that is no fork. */
  readonly after: Sequence
  /** Its own rewinds, ascending. */
  readonly rewinds: readonly Rewind[]
  /** The base entry that pruning left: nothing before it can be read. */
  readonly base?: Sequence
}

/** Consecutive entries that are stored under one thread, both ends included. */
export interface EffectiveRange {
  readonly thread: ThreadId
  readonly from: Sequence
  readonly to: Sequence
}

/** What a thread's history consists of up to a position. */
export interface EffectiveHistory {
  /** Oldest first, sequences ascending over all of them. */
  readonly ranges: readonly EffectiveRange[]
  /** The `to` of the latest rewind or the fork point, whichever came later; 0 without either. */
  readonly inherited: Sequence
}

/**
 * Resolves origins and rewinds. `lines` starts with the thread that is read and goes on with the thread it was forked from, and so on; a
 * pruned thread needs no origin. A rewind's own entry belongs to the history; one may also go to a position that an earlier rewind hid, which
 * brings it back. O(forks and rewinds passed). Fails `checkpoint-unknown` for a position that was pruned away.
 */
export function effectiveRanges(lines: readonly Line[], at: Sequence): EffectiveHistory {
  const ranges: EffectiveRange[] = []
  let position = at
  let inherited: Sequence | undefined
  for (const line of lines) {
    // What a pruned thread was forked from is part of its base.
    const floor = line.base === undefined ? line.after : 0
    while (position > floor) {
      if (line.base !== undefined && position < line.base) throw prunedAway(line.thread, position, line.base)
      const start = startOf(line, position)
      ranges.push({ thread: line.thread, from: start.from, to: position })
      position = start.before
      inherited ??= position
    }
    inherited ??= position
    if (position === 0) break
  }
  return { ranges: ranges.toReversed(), inherited: inherited ?? 0 }
}

/** Where the unbroken stretch that ends at `position` begins, and which position it follows. */
function startOf(line: Line, position: Sequence): { from: Sequence; before: Sequence } {
  const rewind = latestRewind(line.rewinds, position)
  if (rewind !== undefined && rewind.sequence > (line.base ?? 0))
    return { from: rewind.sequence, before: rewind.to }
  return line.base === undefined
    ? { from: line.after + 1, before: line.after }
    : { from: line.base, before: 0 }
}

/** The last rewind at or before a position, by bisection. */
function latestRewind(rewinds: readonly Rewind[], position: Sequence): Rewind | undefined {
  let low = 0
  let high = rewinds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rewinds[middle]?.sequence ?? Infinity) <= position) low = middle + 1
    else high = middle
  }
  return rewinds[low - 1]
}

function prunedAway(thread: ThreadId, position: Sequence, base: Sequence): KeepupError {
  const message = `Position ${position} of thread ${thread} was pruned away. Read at ${base} or later.`
  return new KeepupError('checkpoint-unknown', message, { details: { thread, at: position, base } })
}
