import type { Checkpointer, Entry, Sequence, ThreadId, Timestamp } from '@keepup/core'

import { effectiveRanges, type Line, type Rewind } from '../effective-ranges.ts'
import { fieldOf } from './field-of.ts'

/** One position of a thread, without what happened there. */
export interface SurveyedEntry {
  /** The thread that it is stored under: this one, or one that it was forked from. */
  readonly thread: ThreadId
  readonly sequence: Sequence
  readonly time: Timestamp
  readonly type: string
  /** Whether the time since the entry before belongs to a run: nobody waited meanwhile, and no process was dead. */
  readonly running: boolean
}

/** A person's bookmark on a position. */
export interface Tag {
  readonly tag: string
  readonly at: Sequence
  /** When it was set. */
  readonly time: Timestamp
}

/** What positions can be named by, from one look at everything that a thread and those it was forked from still hold. */
export interface ThreadSurvey {
  readonly thread: ThreadId
  /** The last position; 0 for a thread that does not exist. */
  readonly head: Sequence
  /** Every readable entry up to the head, rewound ones included, in order and without gaps. */
  readonly entries: readonly SurveyedEntry[]
  /** The thread and those it was forked from, as `effectiveRanges` takes them. */
  readonly lines: readonly Line[]
  /** Tags by name. A rewind does not take them: they lead back to what it hid. */
  readonly tags: ReadonlyMap<string, Tag>
}

interface Found {
  readonly entries: SurveyedEntry[]
  readonly lines: Line[]
  readonly tags: Map<string, Tag>
  running: boolean
}

/**
 * Looks through a thread's log and those of the threads it was forked from, as far as they are its past. O(entries), and keeps no data of them. A thread that does
 * not exist gives an empty survey.
 */
export async function surveyThread(checkpointer: Checkpointer, thread: ThreadId): Promise<ThreadSurvey> {
  const { head } = await checkpointer.read(thread, { at: 0 })
  const found: Found = { entries: [], lines: [], tags: new Map(), running: false }
  await lookThrough(checkpointer, thread, head, found)
  return { thread, head, entries: found.entries, lines: found.lines, tags: found.tags }
}

/** The entries of a thread's effective history up to a position, oldest first. */
export function effectiveEntries(survey: ThreadSurvey, at: Sequence = survey.head): readonly SurveyedEntry[] {
  const first = survey.entries[0]?.sequence ?? 1
  const { ranges } = effectiveRanges(survey.lines, at)
  return ranges.flatMap(({ from, to }) => survey.entries.slice(Math.max(0, from - first), to - first + 1))
}

async function lookThrough(
  checkpointer: Checkpointer,
  thread: ThreadId,
  through: Sequence,
  found: Found,
): Promise<void> {
  const { origin } = await checkpointer.read(thread, { at: 0 })
  const rewinds: Rewind[] = []
  const line: Line = { thread, after: origin?.at ?? 0, rewinds }
  const base = await baseOf(checkpointer, thread, through)
  // What a pruned thread was forked from is part of its base.
  if (base === undefined && origin !== undefined)
    await lookThrough(checkpointer, origin.thread, Math.min(origin.at, through), found)
  found.lines.unshift(base === undefined ? line : { ...line, base })
  // Whatever went on when it was forked goes on in the other thread.
  found.running = false
  for await (const entry of checkpointer.log(thread)) {
    if (entry.sequence > through) break
    note(found, entry, rewinds)
  }
}

async function baseOf(
  checkpointer: Checkpointer,
  thread: ThreadId,
  through: Sequence,
): Promise<Sequence | undefined> {
  for await (const { type, sequence } of checkpointer.log(thread))
    return type === 'thread-pruned' && sequence <= through ? sequence : undefined
  return undefined
}

function note(found: Found, entry: Entry, rewinds: Rewind[]): void {
  const { thread, sequence, time, type } = entry
  found.entries.push({ thread, sequence, time, type, running: found.running && !isFromOutside(entry) })
  if (type === 'run-started' || type === 'run-resumed') found.running = true
  if (type === 'run-finished' || type === 'run-waiting' || type === 'thread-rewound') found.running = false
  if (entry.erased === true) return
  if (type === 'thread-rewound') rewinds.push({ sequence, to: rewoundTo(entry) })
  if (type === 'thread-tagged') noteTag(found.tags, entry)
}

/** Whether an entry was not written by the process that wrote the one before. */
function isFromOutside({ type, cause }: Entry): boolean {
  return (
    type === 'run-resumed' ||
    type.startsWith('workspace-restore-') ||
    (type === 'thread-tagged' && typeof cause !== 'string')
  )
}

function rewoundTo({ data }: Entry): Sequence {
  // The type says what the data is: every checkpointer checks it.
  return (data as { readonly to: Sequence }).to
}

function noteTag(tags: Map<string, Tag>, { data, time }: Entry): void {
  const [tag, at, removed] = ['tag', 'at', 'removed'].map((name) => fieldOf(data, name))
  if (typeof tag !== 'string' || typeof at !== 'number') return
  if (removed === true) tags.delete(tag)
  else tags.set(tag, { tag, at, time })
}
