import type {
  CheckpointSummary,
  Entry,
  Page,
  Sequence,
  ThreadId,
  ThreadSummary,
  Timestamp,
} from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import { createEntryKinds } from './entry-kinds.ts'
import { parseOwner } from './lease-rows.ts'
import type { Parts } from './parts.ts'
import type { Session } from './session.ts'
import type { ThreadRow } from './thread-rows.ts'

/** What is listed page by page, each page one short read. */
export interface Listings {
  log(session: Session, thread: ThreadId, after: Sequence): AsyncGenerator<Entry>
  history(
    session: Session,
    thread: ThreadId,
    page: Page & { readonly before?: Sequence },
  ): AsyncGenerator<CheckpointSummary>
  threads(session: Session, query: Page & { readonly due?: Timestamp }): AsyncGenerator<ThreadSummary>
}

/** So much is read in one go. */
const pageSize = 256

interface HistoryRow {
  readonly sequence: number
  readonly part: number
  readonly kind: number
  readonly time: number
}

/** Prepares the listings over the parts. */
export function createListings(parts: Parts): Listings {
  const commits = createCommitRows(parts.database)
  const changed = parts.database.prepare<number>(
    'SELECT id FROM thread WHERE changed < ? ORDER BY changed DESC LIMIT ?',
    'value',
  )
  const waiting = parts.database.prepare<number>(
    'SELECT id FROM thread WHERE due <= ? AND changed < ? ORDER BY changed DESC LIMIT ?',
    'value',
  )
  return {
    async *log(session, name, after) {
      let end: Sequence | undefined
      for (let cursor = after; ;) {
        const { page, head } = await session.read(() => ownEntries(parts, name, cursor))
        end ??= head
        for (const entry of page) {
          if (entry.sequence > end) return
          cursor = entry.sequence
          yield entry
        }
        if (page.length === 0) return
      }
    },
    async *history(session, name, { limit = Infinity, before = Infinity }) {
      let left = limit
      for (let cursor: Sequence = before; left > 0;) {
        const bound = cursor
        const page = await session.read(() =>
          commits(parts.threads.find(name), bound, Math.min(left, pageSize)),
        )
        for (const summary of page) yield summary
        const last = page.at(-1)
        if (last === undefined) return
        cursor = last.sequence
        left -= page.length
      }
    },
    async *threads(session, { due, limit = Infinity }) {
      let left = limit
      for (let cursor = Number.MAX_SAFE_INTEGER; left > 0;) {
        const bound = cursor
        const count = Math.min(left, pageSize)
        const page = await session.read(() => {
          const ids = due === undefined ? changed.all(bound, count) : waiting.all(due, bound, count)
          return ids
            .map((id) => parts.threads.byId(id))
            .map((thread) => ({ thread, summary: summarise(parts, thread) }))
        })
        for (const { summary } of page) yield summary
        const last = page.at(-1)
        if (last === undefined) return
        cursor = last.thread.changed ?? 0
        left -= page.length
      }
    },
  }
}

/** A page of a thread's own entries after a sequence, and its head. */
export function ownEntries(parts: Parts, name: ThreadId, after: Sequence): { page: Entry[]; head: Sequence } {
  const thread = parts.threads.find(name)
  if (thread?.created === undefined) return { page: [], head: 0 }
  const from = Math.max(after + 1, thread.base ?? (thread.origin?.at ?? 0) + 1)
  const to = Math.min(thread.head, from + pageSize - 1)
  return { page: from > to ? [] : parts.entries.between(thread.id, name, from, to), head: thread.head }
}

/** Reads commits, newest first, that end before a sequence. */
function createCommitRows(
  database: SqliteDatabase,
): (thread: ThreadRow | undefined, before: Sequence, limit: number) => CheckpointSummary[] {
  const kinds = createEntryKinds(database)
  const select = database.prepare<HistoryRow>(
    `SELECT place & 0xffffffff AS sequence, part, kind, time FROM entry
     WHERE place BETWEEN ? << 32 AND (? << 32) | ? ORDER BY place DESC LIMIT ?`,
  )
  return (thread, before, limit) => {
    const summaries: CheckpointSummary[] = []
    if (thread === undefined) return summaries
    let cursor = Math.min(before, thread.head + 1)
    // A commit that `before` lies in ends too late: its first entries are passed over.
    let commit: HistoryRow[] = []
    let isWhole = cursor > thread.head
    while (summaries.length < limit && cursor > 0) {
      const rows = select.all(thread.id, thread.id, isWhole ? cursor - 1 : cursor, pageSize)
      if (rows.length === 0) break
      for (const row of rows) {
        cursor = row.sequence
        commit.push(row)
        if (row.part > 0) continue
        if (isWhole && summaries.length < limit) summaries.push(summaryOf(commit))
        commit = []
        isWhole = true
      }
      if (!isWhole) cursor -= 1
    }
    return summaries

    function summaryOf(newestFirst: readonly HistoryRow[]): CheckpointSummary {
      const { sequence = 0, time = 0 } = newestFirst[0] ?? {}
      const types = newestFirst.toReversed().map(({ kind }) => kinds.load(kind).type)
      return { thread: thread?.name ?? '', sequence, time, types }
    }
  }
}

function summarise(parts: Parts, thread: ThreadRow): ThreadSummary {
  const { name, head, created = 0, origin, many, due, lease } = thread
  const isHeld = lease !== undefined && lease.expires > parts.clock.now()
  return {
    thread: name,
    head,
    created,
    updated: parts.entries.timeOf(thread.id, head) ?? created,
    writers: many ? 'many' : 'one',
    pending: parts.signals.count(thread.id),
    ...(origin === undefined ? {} : { origin: { thread: origin.thread, at: origin.at } }),
    ...(due === undefined ? {} : { due }),
    ...(isHeld ? { owner: parseOwner(lease.owner) } : {}),
  }
}
