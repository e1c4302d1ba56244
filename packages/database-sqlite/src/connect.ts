import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

import { KeepupError, type Milliseconds } from '@keepup/core'
import type { Database } from 'better-sqlite3'

import { requireNode } from './require-node.ts'

/** How long one statement may wait inside SQLite, which blocks the process. Longer waits are made of many of these. */
export const blockingWait: Milliseconds = 4

/** Entries of about 1 KB fill pages of this size to nine tenths; of the default 4 KB a quarter can stay empty. */
const pageSize = 8192

/** Opens a connection with the settings that every owner relies on. Throws SQLite's own errors, busy ones included. */
export async function connect(path: string, readOnly: boolean): Promise<Database> {
  requireNode(process.versions.node)
  if (path === '') throw new KeepupError('input-invalid', "A database needs a path, or ':memory:'.")
  const { default: BetterSqlite } = await import('better-sqlite3')
  if (path !== ':memory:' && !readOnly) makeFolder(path)
  const connection = new BetterSqlite(path, { readonly: readOnly, timeout: blockingWait })
  try {
    configure(connection, path, readOnly)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

function configure(connection: Database, path: string, readOnly: boolean): void {
  if (!readOnly) {
    connection.pragma(`page_size = ${pageSize}`)
    connection.pragma('auto_vacuum = INCREMENTAL')
    requireLog(connection.pragma('journal_mode = WAL', { simple: true }), path)
  }
  connection.pragma('synchronous = NORMAL')
  connection.pragma('foreign_keys = ON')
  connection.pragma('secure_delete = ON')
  connection.pragma('cell_size_check = ON')
  connection.pragma('trusted_schema = OFF')
  connection.pragma('journal_size_limit = 16777216')
  // A barrier must reach the platter; only macOS distinguishes this from fsync.
  connection.pragma('fullfsync = ON')
  connection.pragma('checkpoint_fullfsync = ON')
  // Reads the first page, so that a file of another kind is refused here.
  connection.pragma('schema_version')
}

function requireLog(mode: unknown, path: string): void {
  if (mode === 'wal' || path === ':memory:') return
  throw new KeepupError(
    'database-unavailable',
    `${path} lies on a file system without the locks and shared memory of SQLite's write-ahead log. Use a path on a local disk.`,
    { details: { path, mode } },
  )
}

function makeFolder(path: string): void {
  const folder = dirname(path)
  try {
    makeWithParents(folder)
  } catch (cause) {
    throw new KeepupError(
      'database-unavailable',
      `The folder ${folder} for the database cannot be made. Check the path and the permissions.`,
      { cause, details: { path } },
    )
  }
}

/** Node's own recursive `mkdir` never ends on file systems such as /proc, where a folder that exists refuses new ones with ENOENT. */
function makeWithParents(folder: string): void {
  if (existsSync(folder)) return
  const parent = dirname(folder)
  if (parent !== folder) makeWithParents(parent)
  try {
    mkdirSync(folder)
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(folder)) throw error
  }
}
