import { postgresArtifacts, postgresCheckpointer } from '@keepup/checkpoint-postgres'
import { openPostgres, type PostgresDatabase, statement } from '@keepup/database-postgres'

import { withoutPassword } from './settings/database-address.ts'
import type { Store } from './store.ts'

const anyThread = statement<{ known: boolean }>("SELECT to_regclass('thread') IS NOT NULL AS known")

/**
 * Opens the PostgreSQL database at an address; `missing` says whether its tables are made where there are none, or `undefined` is given. Fails with the
 * codes of `openPostgres` and `postgresCheckpointer`.
 */
export async function openPostgresStore(address: string, missing: 'make'): Promise<Store>
export async function openPostgresStore(address: string, missing: 'leave'): Promise<Store | undefined>
export async function openPostgresStore(
  address: string,
  missing: 'make' | 'leave',
): Promise<Store | undefined> {
  const database = await openPostgres(address, { connections: 4 })
  try {
    const isThere = missing === 'make' || (await database.query(anyThread, []))[0]?.known === true
    if (isThere) return await storeOver(database, withoutPassword(address))
  } catch (error) {
    await database.close()
    throw error
  }
  await database.close()
  return undefined
}

async function storeOver(database: PostgresDatabase, path: string): Promise<Store> {
  const checkpointer = await postgresCheckpointer(database)
  const artifacts = await postgresArtifacts(database)
  return {
    path,
    artifacts,
    checkpointer,
    async [Symbol.asyncDispose]() {
      await checkpointer[Symbol.asyncDispose]()
      await database.close()
    },
  }
}
