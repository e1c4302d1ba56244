import type { CheckpointSummary, Sequence, ThreadId, Timestamp } from '@keepup/core'

/** What a history tells of one entry. */
export interface CommitPart {
  readonly sequence: Sequence
  /** Counts within its commit from 0. */
  readonly part: number
  readonly type: string
  readonly time: Timestamp
}

/** Puts the commits of a thread together from its entries, which are added newest first, page by page. */
export interface CommitGroups {
  /** The commits that are whole, newest first. */
  readonly summaries: readonly CheckpointSummary[]
  /** The last sequence to read on from. */
  readonly cursor: Sequence
  add(newestFirst: readonly CommitPart[]): void
}

/** Groups commits that end before a sequence. A commit that `before` lies in ends too late: its first entries are passed over. */
export function groupCommits(thread: ThreadId, head: Sequence, before: Sequence): CommitGroups {
  const summaries: CheckpointSummary[] = []
  const from = Math.min(before, head + 1)
  let cursor = from > head ? head : from
  let isWhole = from > head
  let commit: CommitPart[] = []

  function summaryOf(newestFirst: readonly CommitPart[]): CheckpointSummary {
    const { sequence = 0, time = 0 } = newestFirst[0] ?? {}
    return { thread, sequence, time, types: newestFirst.toReversed().map(({ type }) => type) }
  }

  return {
    summaries,
    get cursor() {
      return cursor
    },
    add(newestFirst) {
      for (const part of newestFirst) {
        cursor = part.sequence - 1
        commit.push(part)
        if (part.part > 0) continue
        if (isWhole) summaries.push(summaryOf(commit))
        commit = []
        isWhole = true
      }
    },
  }
}
