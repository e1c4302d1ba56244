import { firstSequence, groupCommits, parseKind, parseOwner, type Stretch } from '@keepup/checkpoint/backend'
import {
  type CheckpointSummary,
  type Entry,
  KeepupError,
  type Page,
  type Sequence,
  type ThreadId,
  type ThreadSummary,
  type Timestamp,
} from '@keepup/core'
import { statement } from '@keepup/database-postgres'

import type { Parts } from './parts.ts'
import { readEntries } from './read-entries.ts'
import type { Session } from './session.ts'

/** So much is read in one go. */
const pageSize = 256

interface OwnRow {
  readonly id: number
  readonly head: number
  readonly base: number | null
  readonly origin_at: number | null
}

interface SummaryRow {
  readonly name: string
  readonly head: number
  readonly created: number
  readonly changed: number
  readonly many: boolean
  readonly due: number | null
  readonly owner: string | null
  readonly origin: string | null
  readonly origin_at: number | null
  readonly updated: number | null
  readonly pending: number
}

const selectOwn = statement<OwnRow>(
  'SELECT id, head, base, origin_at FROM thread WHERE name = $1 AND created IS NOT NULL',
)
const selectHeaders = statement<{ sequence: number; part: number; kind: string; time: number }>(
  'SELECT sequence, part, kind, time FROM entry WHERE thread = $1 AND sequence <= $2 ORDER BY sequence DESC LIMIT $3',
)
const summaryColumns = `t.name, t.head, t.created, t.changed, t.many, t.due, o.name AS origin, t.origin_at,
  CASE WHEN t.expires > keepup_now($3) THEN t.owner END AS owner,
  (SELECT e.time FROM entry e WHERE e.thread = t.id AND e.sequence = t.head) AS updated,
  (SELECT count(*) FROM signal s WHERE s.thread = t.id AND s.data IS NOT NULL) AS pending
  FROM thread t LEFT JOIN thread o ON o.id = t.origin`
const selectThreads = statement<SummaryRow>(
  `SELECT ${summaryColumns} WHERE t.changed < $1 ORDER BY t.changed DESC LIMIT $2`,
)
const selectDue = statement<SummaryRow>(
  `SELECT ${summaryColumns} WHERE t.due <= $4 AND t.changed < $1 ORDER BY t.changed DESC LIMIT $2`,
)

/** A page of a thread's own entries after a sequence, and its head. */
export async function ownEntries(
  parts: Parts,
  session: Pick<Session, 'call'>,
  name: ThreadId,
  after: Sequence,
): Promise<{ page: Entry[]; head: Sequence }> {
  const [row] = await session.call(selectOwn, [name])
  if (row === undefined) return { page: [], head: 0 }
  const origin = row.origin_at === null ? undefined : { thread: '', at: row.origin_at }
  const from = Math.max(after + 1, firstSequence({ base: row.base ?? undefined, origin }))
  const to = Math.min(row.head, from + pageSize - 1)
  if (from > to) return { page: [], head: row.head }
  const stretch = { id: row.id, name, from, to }
  return { page: await readWhole(parts, session, stretch), head: row.head }
}

/** The entries of a stretch, or those before its first damaged one. Fails `thread-damaged` where that is the first of all. */
async function readWhole(parts: Parts, session: Pick<Session, 'call'>, stretch: Stretch): Promise<Entry[]> {
  try {
    return await readEntries(parts.labels, session, [stretch])
  } catch (error) {
    const damaged = KeepupError.is(error, 'thread-damaged') ? error.details['sequence'] : undefined
    if (typeof damaged !== 'number' || damaged <= stretch.from) throw error
    return readEntries(parts.labels, session, [{ ...stretch, to: damaged - 1 }])
  }
}

/** See `Checkpointer.log`. */
export async function* listLog(
  parts: Parts,
  session: Session,
  name: ThreadId,
  after: Sequence,
): AsyncGenerator<Entry> {
  let end: Sequence | undefined
  for (let cursor = after; ;) {
    const { page, head } = await ownEntries(parts, session, name, cursor)
    end ??= head
    for (const entry of page) {
      if (entry.sequence > end) return
      cursor = entry.sequence
      yield entry
    }
    if (page.length === 0) return
  }
}

/** See `Checkpointer.history`. A page needs the headers of its entries only. */
export async function* listHistory(
  session: Session,
  name: ThreadId,
  { limit = Infinity, before = Infinity }: Page & { readonly before?: Sequence },
): AsyncGenerator<CheckpointSummary> {
  const [thread] = await session.call(selectOwn, [name])
  if (thread === undefined) return
  const groups = groupCommits(name, thread.head, before)
  for (let told = 0; told < limit;) {
    // A commit has several entries at times, and one more ends it.
    const count = Math.min(pageSize, (limit - told) * 2 + 1)
    const rows = await session.call(selectHeaders, [thread.id, groups.cursor, count])
    if (rows.length === 0) return
    groups.add(rows.map(({ kind, ...row }) => ({ ...row, type: parseKind(kind).type })))
    for (const summary of groups.summaries.slice(told, limit)) yield summary
    told = groups.summaries.length
  }
}

/** See `Checkpointer.threads`. */
export async function* listThreads(
  parts: Parts,
  session: Session,
  { due, limit = Infinity }: Page & { readonly due?: Timestamp },
): AsyncGenerator<ThreadSummary> {
  let left = limit
  for (let cursor = Number.MAX_SAFE_INTEGER; left > 0;) {
    const bounds = [cursor, Math.min(left, pageSize), parts.given()]
    const page = await (due === undefined
      ? session.call(selectThreads, bounds)
      : session.call(selectDue, [...bounds, due]))
    for (const row of page) yield summarise(row)
    const last = page.at(-1)
    if (last === undefined) return
    cursor = last.changed
    left -= page.length
  }
}

function summarise(row: SummaryRow): ThreadSummary {
  const { name, head, created, updated, many, pending, origin, origin_at: at, due, owner } = row
  return {
    thread: name,
    head,
    created,
    updated: updated ?? created,
    writers: many ? 'many' : 'one',
    pending,
    ...(origin === null || at === null ? {} : { origin: { thread: origin, at } }),
    ...(due === null ? {} : { due }),
    ...(owner === null ? {} : { owner: parseOwner(owner) }),
  }
}
