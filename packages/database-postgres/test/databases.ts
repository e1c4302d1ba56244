import { randomBytes } from 'node:crypto'

import { openPostgres, type PostgresDatabase, type PostgresOptions } from '@keepup/database-postgres'
import pg from 'pg'
import { inject } from 'vitest'

/** The real Postgres of this run. */
export function serverUrl(): string {
  return inject('postgresUrl')
}

/** A schema name that nobody used before. */
export function newSchema(): string {
  return `test_${randomBytes(8).toString('hex')}`
}

/** Opens a schema of its own; closing it drops the schema. */
export async function openNew(
  options: PostgresOptions = {},
  url: string = serverUrl(),
): Promise<PostgresDatabase & AsyncDisposable> {
  const schema = options.schema ?? newSchema()
  const database = await openPostgres(url, { ...options, schema })
  const close = database.close.bind(database)
  return Object.assign(database, {
    [Symbol.asyncDispose]: async () => {
      await close()
      await administer((client) => client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`))
    },
  })
}

/** Runs statements beside everything that is tested. */
export async function administer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(serverUrl())
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
