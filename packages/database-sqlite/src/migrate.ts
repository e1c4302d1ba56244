import { KeepupError } from '@keepup/core'

import type { Migration, SqliteDatabase } from './sqlite-database.ts'

interface Applied {
  readonly version: number
  readonly release: string
}

/** Runs one body in a transaction that may write, waiting for other processes; synchronously, for the moment of opening. */
export type WriteNow = <T>(body: () => T) => T

const noteTable = `CREATE TABLE IF NOT EXISTS keepup_migration (
  owner TEXT PRIMARY KEY, version INTEGER NOT NULL, release TEXT NOT NULL
) STRICT, WITHOUT ROWID`

/** Brings an owner's tables to the newest version; see {@link SqliteDatabase.migrate}. */
export function migrate(
  database: SqliteDatabase,
  writeNow: WriteNow,
  owner: string,
  migrations: readonly Migration[],
): void {
  while (applied(database, owner, migrations).version < migrations.length) {
    writeNow(() => applyNext(database, owner, migrations))
  }
}

function applyNext(database: SqliteDatabase, owner: string, migrations: readonly Migration[]): void {
  database.exec(noteTable)
  // Read again under the lock: another process may have been faster.
  const { version } = applied(database, owner, migrations)
  const next = migrations[version]
  if (next === undefined) return
  if (typeof next.up === 'string') database.exec(next.up)
  else next.up(database)
  database
    .prepare(
      `INSERT INTO keepup_migration (owner, version, release) VALUES (?, ?, ?)
       ON CONFLICT (owner) DO UPDATE SET version = excluded.version, release = excluded.release`,
    )
    .run(owner, version + 1, next.release)
}

function applied(database: SqliteDatabase, owner: string, migrations: readonly Migration[]): Applied {
  const known = database
    .prepare<number>(
      "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'keepup_migration'",
      'value',
    )
    .get()
  if (known === undefined) return { version: 0, release: '' }
  const found = database
    .prepare<Applied>('SELECT version, release FROM keepup_migration WHERE owner = ?')
    .get(owner) ?? { version: 0, release: '' }
  if (found.version > migrations.length) throw tooNew(database.path, owner, found, migrations.length)
  return found
}

function tooNew(path: string, owner: string, found: Applied, known: number): KeepupError {
  return new KeepupError(
    'database-too-new',
    `${path} was written by keepup ${found.release} or newer (${owner}, version ${found.version}); this keepup knows version ${known}. ` +
      `Update keepup to ${found.release}, or use another file.`,
    { details: { path, owner, found: found.version, known, release: found.release } },
  )
}
