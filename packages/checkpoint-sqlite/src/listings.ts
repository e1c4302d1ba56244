import { type CommitPart, firstSequence, groupCommits, parseOwner } from '@keepup/checkpoint/backend'
import type {
  CheckpointSummary,
  Entry,
  Page,
  Sequence,
  ThreadId,
  ThreadSummary,
  Timestamp,
} from '@keepup/core'

import { createEntryKinds } from './entry-kinds.ts'
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

/** Prepares the listings over the parts. */
export function createListings(parts: Parts): Listings {
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
    history: createHistory(parts),
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

/** Commits, newest first. */
function createHistory(parts: Parts): Listings['history'] {
  const kinds = createEntryKinds(parts.database)
  const newestFirst = parts.database.prepare<{ sequence: number; part: number; kind: number; time: number }>(
    `SELECT place & 0xffffffff AS sequence, part, kind, time FROM entry
     WHERE place BETWEEN ? << 32 AND (? << 32) | ? ORDER BY place DESC LIMIT ?`,
  )
  function commitParts(thread: number, cursor: Sequence): CommitPart[] {
    const rows = newestFirst.all(thread, thread, cursor, pageSize)
    return rows.map(({ kind, ...row }) => ({ ...row, type: kinds.load(kind).type }))
  }
  return async function* history(session, name, { limit = Infinity, before = Infinity }) {
    const thread = await session.read(() => parts.threads.find(name))
    if (thread === undefined) return
    const groups = groupCommits(name, thread.head, before)
    for (let told = 0; told < limit;) {
      const cursor = groups.cursor
      const page = await session.read(() => commitParts(thread.id, cursor))
      if (page.length === 0) return
      groups.add(page)
      for (const summary of groups.summaries.slice(told, limit)) yield summary
      told = groups.summaries.length
    }
  }
}

/** A page of a thread's own entries after a sequence, and its head. */
export function ownEntries(parts: Parts, name: ThreadId, after: Sequence): { page: Entry[]; head: Sequence } {
  const thread = parts.threads.find(name)
  if (thread?.created === undefined) return { page: [], head: 0 }
  const from = Math.max(after + 1, firstSequence(thread))
  const to = Math.min(thread.head, from + pageSize - 1)
  return { page: from > to ? [] : readable(parts, thread, from, to), head: thread.head }
}

/** Entries from the first on, as many of those asked for as lie before one that is damaged; throws where that is the first. */
function readable(parts: Parts, thread: ThreadRow, from: Sequence, to: Sequence): Entry[] {
  try {
    return parts.entries.between(thread.id, thread.name, from, to)
  } catch (error) {
    if (from === to) throw error
    return readable(parts, thread, from, Math.floor((from + to) / 2))
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
