import type { Milliseconds } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

/** Tells when something in the database may have changed, whoever changed it. */
export interface ChangeFeed {
  /** Where changes stand now: whoever looks at the rows after this misses none by waiting for one after it. */
  mark(): number
  readonly closed: boolean
  /** Resolves once there was a change after a mark, once the signal is aborted, and once this is closed. */
  after(mark: number, signal: AbortSignal): Promise<void>
  close(): void
}

/** Notices commits of this connection at once, and those of others by looking every `poll` while somebody waits. Keeps no process alive. */
export function createChangeFeed(database: SqliteDatabase, poll: Milliseconds): ChangeFeed {
  const waiting = new Set<() => void>()
  let count = 0
  let closed = false
  let version: number | undefined
  let timer: NodeJS.Timeout | undefined
  const forget = database.onCommit(changed)

  function changed(): void {
    count += 1
    // Each takes itself off the set, which a walk over a set allows.
    for (const wake of waiting) wake()
  }

  function look(): void {
    const current = closed ? undefined : currentVersion(database)
    if (current === undefined) return
    if (version !== undefined && current !== version) changed()
    version = current
  }

  function watchOthers(): void {
    if (waiting.size > 0 && timer === undefined) {
      timer = setInterval(look, poll)
      timer.unref()
    } else if (waiting.size === 0 && timer !== undefined) {
      clearInterval(timer)
      timer = undefined
    }
  }

  return {
    mark() {
      look()
      return count
    },
    get closed() {
      return closed
    },
    after: (mark, signal) =>
      new Promise((resolve) => {
        if (closed || signal.aborted || count > mark) {
          resolve()
          return
        }
        waiting.add(wake)
        signal.addEventListener('abort', wake, { once: true })
        watchOthers()
        function wake(): void {
          signal.removeEventListener('abort', wake)
          waiting.delete(wake)
          watchOthers()
          resolve()
        }
      }),
    close() {
      closed = true
      forget()
      changed()
    },
  }
}

/** The version, or `undefined` where the database is busy or closed: the next look tells. */
function currentVersion(database: SqliteDatabase): number | undefined {
  try {
    return database.dataVersion()
  } catch {
    return undefined
  }
}
