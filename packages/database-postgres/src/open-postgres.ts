import { KeepupError, type Milliseconds } from '@keepup/core'
import type { Pool } from 'pg'

import { Announcements } from './announcements.ts'
import { createConnector } from './connect.ts'
import { PooledPostgres } from './pooled-postgres.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import { openingError } from './translate-error.ts'

/** How to open a database. */
export interface PostgresOptions {
  /** The schema that the tables lie in, made where it is missing; `keepup` where it is left out. */
  readonly schema?: string
  /** At most so many connections, one more for listening; 10 where it is left out. */
  readonly connections?: number
  /** How long to wait for the server when connecting; 10,000 where it is left out. */
  readonly connectTimeout?: Milliseconds
  /** How long one statement may take before it fails `database-busy`; 60,000 where it is left out. */
  readonly statementTimeout?: Milliseconds
  /** How long to wait for a lock of others before failing `database-busy`; 30,000 where it is left out. */
  readonly lockTimeout?: Milliseconds
  /**
   * How long a process may fall silent in the middle of a transaction, stopped or cut off, before the server ends the transaction and gives its locks to
   * others; 20,000 where it is left out.
   */
  readonly silenceTimeout?: Milliseconds
  /** How long work waits for a server that went away to come back, before failing `database-unavailable`; 15,000 where it is left out. */
  readonly reconnectTimeout?: Milliseconds
}

/** The oldest server that has everything which is used here (`pg_xact_status`, `pg_current_xact_id_if_assigned`). */
const leastVersion = 130_000

/**
 * Opens a schema of the PostgreSQL database at an address such as `postgres://user:password@host:5432/database`, with pooled connections; what `pg`
 * understands in an address (`sslmode`, `sslrootcert`) holds here. Needs PostgreSQL 13 or newer with UTF-8. Fails `database-unavailable`,
 * `database-busy` or `input-invalid`, saying what to do.
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<PostgresDatabase> {
  const connector = await createConnector(url, options)
  try {
    const serverVersion = await look(connector.pool, connector.name)
    const announcements = new Announcements(connector)
    return new PooledPostgres(connector, announcements, serverVersion, options.reconnectTimeout ?? 15_000)
  } catch (error) {
    await connector.pool.end()
    throw openingError(error, connector.name)
  }
}

interface Look {
  readonly version: string
  readonly encoding: string
}

async function look(pool: Pool, name: string): Promise<number> {
  const { rows } = await pool.query<Look>(
    "SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding",
  )
  const version = Number(rows[0]?.version)
  if (version < leastVersion) {
    const message = `The database ${name} is of PostgreSQL ${Math.floor(version / 10_000)}; keepup needs 13 or newer. Update the server.`
    throw new KeepupError('database-unavailable', message, { details: { database: name, version } })
  }
  if (rows[0]?.encoding !== 'UTF8') {
    const message = `The database ${name} stores text as ${rows[0]?.encoding}; keepup needs UTF8. Make one with "createdb --encoding=UTF8 --template=template0".`
    throw new KeepupError('database-unavailable', message, { details: { database: name } })
  }
  return version
}
