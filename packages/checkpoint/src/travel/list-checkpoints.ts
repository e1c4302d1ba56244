import type { Checkpointer, Entry, Milliseconds, Sequence, ThreadId, Timestamp } from '@keepup/core'

import type { Line } from '../effective-ranges.ts'
import { filesIn, type KeptFilesChange, type Spent, spentIn } from './spent.ts'
import { effectiveEntries, type SurveyedEntry, type ThreadSurvey } from './survey-thread.ts'

/** One commit of a thread, and what it took. */
export interface ListedCheckpoint extends Spent {
  /** Where it is stored: the thread, or one that it was forked from. */
  readonly thread: ThreadId
  /** Its position: its last entry. */
  readonly sequence: Sequence
  readonly time: Timestamp
  readonly entries: readonly Entry[]
  /** A rewind hid it. */
  readonly hidden: boolean
  readonly tags: readonly string[]
  /** How long a run took for it; not known where it was not reached in a run. */
  readonly duration?: Milliseconds
  /** Only where files were kept. */
  readonly files?: KeptFilesChange
}

/** Which of them. */
export interface CheckpointPage {
  /** Only those before this position. */
  readonly before?: Sequence
  /** At most so many, the latest of them; all when left out. */
  readonly limit?: number
}

/** Consecutive entries of one commit. */
interface Range {
  readonly thread: ThreadId
  readonly from: Sequence
  readonly to: Sequence
}

/**
 * The checkpoints of a thread, those of its past before a fork and those that a rewind hid included: the latest `limit` before `before`, oldest first, with what
 * each took. Reads the entries of the page alone.
 */
export async function listCheckpoints(
  checkpointer: Checkpointer,
  survey: ThreadSurvey,
  page: CheckpointPage = {},
): Promise<readonly ListedCheckpoint[]> {
  const ranges = await rangesBefore(checkpointer, survey, page)
  const shown = new Set(effectiveEntries(survey).map(({ sequence }) => sequence))
  const tags = Map.groupBy(survey.tags.values(), ({ at }) => at)
  const listed: ListedCheckpoint[] = []
  for (const [thread, own] of Map.groupBy(ranges, (range) => range.thread)) {
    const entries = await entriesOf(checkpointer, thread, own)
    for (const range of own) {
      const content = entries.filter(({ sequence }) => sequence >= range.from && sequence <= range.to)
      listed.push({
        ...measured(survey, range, content),
        hidden: !shown.has(range.to),
        tags: content.flatMap(({ sequence }) => tags.get(sequence) ?? []).map(({ tag }) => tag),
      })
    }
  }
  return listed
}

function measured(
  survey: ThreadSurvey,
  { thread, from, to }: Range,
  entries: readonly Entry[],
): Omit<ListedCheckpoint, 'hidden' | 'tags'> {
  const files = filesIn(entries)
  const duration = durationOf(survey, from, to)
  return {
    thread,
    sequence: to,
    time: entries.at(-1)?.time ?? 0,
    entries,
    ...spentIn(entries),
    ...(duration === undefined ? {} : { duration }),
    ...(files === undefined ? {} : { files }),
  }
}

/** How long a run took for consecutive entries; nothing where no run went on. */
function durationOf(survey: ThreadSurvey, from: Sequence, to: Sequence): Milliseconds | undefined {
  const first = survey.entries[0]?.sequence ?? 1
  const entries = survey.entries.slice(Math.max(0, from - 1 - first), to - first + 1)
  const steps = entries.flatMap((entry, index) => timeOf(entries[index - 1], entry))
  return steps.length === 0 ? undefined : steps.reduce((sum, step) => sum + step, 0)
}

/** The time that a run took from one entry to the next. */
export function timeOf(before: SurveyedEntry | undefined, entry: SurveyedEntry): readonly Milliseconds[] {
  return before === undefined || !entry.running ? [] : [Math.max(0, entry.time - before.time)]
}

/** The commits of the page, oldest first, from the ends that the histories of the thread and its origins tell. */
async function rangesBefore(
  checkpointer: Checkpointer,
  survey: ThreadSurvey,
  { before = survey.head + 1, limit = Number.POSITIVE_INFINITY }: CheckpointPage,
): Promise<readonly Range[]> {
  const found: Range[] = []
  let end = survey.head
  for (const line of survey.lines) {
    for await (const range of rangesOf(checkpointer, line, end, before)) {
      if (found.length >= limit) return found.toReversed()
      found.push(range)
    }
    end = Math.min(end, line.after)
  }
  return found.toReversed()
}

/** Newest first. A fork may lie in the middle of a commit: what it has of that is a checkpoint of its own. */
async function* rangesOf(
  checkpointer: Checkpointer,
  { thread, after, base }: Line,
  end: Sequence,
  before: Sequence,
): AsyncGenerator<Range> {
  const floor = base === undefined ? after : base - 1
  let to = end < before ? end : undefined
  for await (const { sequence } of checkpointer.history(thread, { before: Math.min(end, before) })) {
    if (sequence <= floor) break
    if (to !== undefined) yield { thread, from: sequence + 1, to }
    to = sequence
  }
  if (to !== undefined && to > floor) yield { thread, from: floor + 1, to }
}

/** The entries from the first to the last of some ranges of one thread. */
async function entriesOf(
  checkpointer: Checkpointer,
  thread: ThreadId,
  ranges: readonly Range[],
): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  const last = ranges.at(-1)?.to ?? 0
  for await (const entry of checkpointer.log(thread, (ranges[0]?.from ?? 1) - 1)) {
    if (entry.sequence > last) break
    entries.push(entry)
  }
  return entries
}
