import type { ThreadId } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import type { ThreadRow, ThreadRows } from './thread-rows.ts'

/** Threads as the body that writes knows them: remembered between commits as long as nobody else can have changed them. */
export interface ThreadCache {
  /** Call at the start of every body that writes: forgets what others may have changed since the last one. */
  refresh(): void
  find(name: ThreadId): ThreadRow | undefined
  ensure(name: ThreadId): ThreadRow
  /** Makes a thread the one that was changed last. Whether its row must be saved for that. */
  touch(thread: ThreadRow): boolean
  /** Forgets everything, after changes that went past it. */
  forget(): void
}

/** So many threads are remembered at most. */
const rememberedAtMost = 1_000

/** A cache over the rows of one database. */
export function createThreadCache(database: SqliteDatabase, rows: ThreadRows): ThreadCache {
  const lastChange = database.prepare<{ id: number; changed: number }>(
    'SELECT id, changed FROM thread WHERE changed IS NOT NULL ORDER BY changed DESC LIMIT 1',
  )
  const threads = new Map<ThreadId, ThreadRow>()
  let newest: { id: number; changed: number } | undefined
  let version = -1
  let revision = -1

  function forget(): void {
    threads.clear()
    newest = undefined
  }

  function remember(thread: ThreadRow | undefined): ThreadRow | undefined {
    if (thread === undefined) return undefined
    if (threads.size >= rememberedAtMost) threads.clear()
    threads.set(thread.name, thread)
    return thread
  }

  function find(name: ThreadId): ThreadRow | undefined {
    return threads.get(name) ?? remember(rows.find(name))
  }

  return {
    find,
    forget,
    refresh() {
      const current = database.dataVersion()
      // The running body is one revision after the last one of ours, unless something came between.
      if (current !== version || database.revision !== revision + 1) forget()
      version = current
      revision = database.revision
    },
    ensure(name) {
      const found = find(name)
      if (found !== undefined) return found
      const made = rows.ensure(name)
      remember(made)
      return made
    },
    touch(thread) {
      newest ??= lastChange.get()
      if (newest?.id === thread.id) return false
      newest = { id: thread.id, changed: (newest?.changed ?? 0) + 1 }
      thread.changed = newest.changed
      return true
    },
  }
}
