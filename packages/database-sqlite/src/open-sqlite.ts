import { setTimeout as sleep } from 'node:timers/promises'

import { type Milliseconds } from '@keepup/core'
import type { Database } from 'better-sqlite3'

import { connect } from './connect.ts'
import { ConnectedSqlite } from './connected-sqlite.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { isBusy, translateError } from './translate-error.ts'

/** How to open a database. */
export interface SqliteOptions {
  /** Refuse every write, and make no file. */
  readonly readOnly?: boolean
  /** How long to wait while another process writes before failing `database-busy`. 30,000 where it is left out. */
  readonly busyTimeout?: Milliseconds
}

/**
 * Opens the SQLite file at `path`, making it and its folder where they are missing; `:memory:` is a database that ends with the process. It is kept
 * in write-ahead-log mode: readers never wait, a kill loses nothing committed. Fails `node-too-old`, `database-unavailable`, `database-read-only`,
 * `database-corrupt` or `database-busy`, saying what to do.
 */
export async function openSqlite(path: string, options: SqliteOptions = {}): Promise<SqliteDatabase> {
  const busyTimeout = options.busyTimeout ?? 30_000
  const connection = await connectPatiently(path, options.readOnly ?? false, busyTimeout)
  return new ConnectedSqlite(connection, path, busyTimeout)
}

async function connectPatiently(
  path: string,
  readOnly: boolean,
  busyTimeout: Milliseconds,
): Promise<Database> {
  const start = performance.now()
  for (let wait = 1; ; wait = Math.min(wait * 2, 25)) {
    try {
      return await connect(path, readOnly)
    } catch (error) {
      // Others that open or close the same file at this moment hold it alone for an instant.
      if (!isBusy(error) || performance.now() - start > busyTimeout) throw translateError(error, path)
    }
    await sleep(wait)
  }
}
