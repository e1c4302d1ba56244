import {
  postgresArtifacts,
  postgresCheckpointer,
  storeSize,
  storeStatistics,
} from '@keepup/checkpoint-postgres'
import { openPostgres, type PostgresDatabase, statement } from '@keepup/database-postgres'

import { withoutPassword } from './settings/database-address.ts'
import type { LockedStore } from './store.ts'
import { postgresCopies, postgresMark } from './upkeep/postgres-notes.ts'

/** A store on a server, with what only servers can do. */
export interface PostgresStore extends LockedStore {
  readonly database: PostgresDatabase
}

const anyThread = statement<{ known: boolean }>("SELECT to_regclass('thread') IS NOT NULL AS known")

/**
 * Opens the PostgreSQL database at an address; `missing` says whether its tables are made where there are none, or `undefined` is given. Fails with the
 * codes of `openPostgres` and `postgresCheckpointer`.
 */
export async function openPostgresStore(address: string, missing: 'make'): Promise<PostgresStore>
export async function openPostgresStore(address: string, missing: 'leave'): Promise<PostgresStore | undefined>
export async function openPostgresStore(
  address: string,
  missing: 'make' | 'leave',
): Promise<PostgresStore | undefined> {
  const database = await openPostgres(address, { connections: 4 })
  try {
    const isThere = missing === 'make' || (await database.query(anyThread, []))[0]?.known === true
    if (isThere) return await storeOver(database, address)
  } catch (error) {
    await database.close()
    throw error
  }
  await database.close()
  return undefined
}

async function storeOver(database: PostgresDatabase, address: string): Promise<PostgresStore> {
  const checkpointer = await postgresCheckpointer(database)
  const artifacts = await postgresArtifacts(database)
  return {
    path: withoutPassword(address),
    database,
    artifacts,
    checkpointer,
    mark: postgresMark(database),
    copies: postgresCopies(database),
    measure: async () => ({
      counts: await storeStatistics(database),
      sizes: { tables: await storeSize(database) },
    }),
    runQueue: async () => (await import('@keepup/cluster/postgres')).postgresQueue(database, { address }),
    async [Symbol.asyncDispose]() {
      await checkpointer[Symbol.asyncDispose]()
      await database.close()
    },
  }
}
