import { KeepupError } from '@keepup/core'

import type { PostgresMigration, PostgresSession } from './postgres-database.ts'
import { statement } from './statement.ts'

interface Applied {
  readonly version: number
  readonly release: string
}

/** Runs a body in a transaction that survives power loss. */
export type WriteAlone = <T>(body: (session: PostgresSession) => Promise<T>) => Promise<T>

const exists = statement<{ known: boolean }>("SELECT to_regclass('keepup_migration') IS NOT NULL AS known")
// Held until the transaction ends; waiting for it is waiting for another process's migration.
const lock = statement('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))')
const noteTable = `CREATE TABLE IF NOT EXISTS keepup_migration (
  owner text PRIMARY KEY, version integer NOT NULL, release text NOT NULL
)`
const select = statement<Applied>('SELECT version, release FROM keepup_migration WHERE owner = $1')
const note = statement(
  `INSERT INTO keepup_migration (owner, version, release) VALUES ($1, $2, $3)
   ON CONFLICT (owner) DO UPDATE SET version = excluded.version, release = excluded.release`,
)

/** Brings an owner's tables to the newest version; see `PostgresDatabase.migrate`. */
export async function migrate(
  database: { readonly name: string; readonly schema: string },
  write: WriteAlone,
  owner: string,
  migrations: readonly PostgresMigration[],
): Promise<void> {
  const read = (): Promise<Applied> => write((session) => applied(session, database.name, owner, migrations))
  while ((await read()).version < migrations.length) {
    await write(async (session) => {
      await session.query(lock, `keepup migrations of ${database.schema}`)
      await session.exec(`CREATE SCHEMA IF NOT EXISTS ${database.schema}`)
      await session.exec(noteTable)
      await applyNext(session, database.name, owner, migrations)
    })
  }
}

async function applyNext(
  session: PostgresSession,
  name: string,
  owner: string,
  migrations: readonly PostgresMigration[],
): Promise<void> {
  // Read again under the lock: another process may have been faster.
  const { version } = await applied(session, name, owner, migrations)
  const next = migrations[version]
  if (next === undefined) return
  if (typeof next.up === 'string') await session.exec(next.up)
  else await next.up(session)
  await session.query(note, owner, version + 1, next.release)
}

async function applied(
  session: PostgresSession,
  name: string,
  owner: string,
  migrations: readonly PostgresMigration[],
): Promise<Applied> {
  const [table] = await session.query(exists)
  if (table?.known !== true) return { version: 0, release: '' }
  const [found = { version: 0, release: '' }] = await session.query(select, owner)
  if (found.version > migrations.length) throw tooNew(name, owner, found, migrations.length)
  return found
}

function tooNew(name: string, owner: string, found: Applied, known: number): KeepupError {
  return new KeepupError(
    'database-too-new',
    `The database ${name} was written by keepup ${found.release} or newer (${owner}, version ${found.version}); this keepup knows version ${known}. ` +
      `Update keepup to ${found.release}, or use another schema.`,
    { details: { database: name, owner, found: found.version, known, release: found.release } },
  )
}
