import { postgresArtifacts, postgresCheckpointer } from '@keepup/checkpoint-postgres'
import { openPostgres, type PostgresDatabase, statement } from '@keepup/database-postgres'

import { markMigrations, markOwner, type MarkRows, type StoreMark } from './keys/store-mark.ts'
import { withoutPassword } from './settings/database-address.ts'
import type { LockedStore } from './store.ts'

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
    if (isThere) return await storeOver(database, withoutPassword(address))
  } catch (error) {
    await database.close()
    throw error
  }
  await database.close()
  return undefined
}

async function storeOver(database: PostgresDatabase, path: string): Promise<PostgresStore> {
  const checkpointer = await postgresCheckpointer(database)
  const artifacts = await postgresArtifacts(database)
  return {
    path,
    database,
    artifacts,
    checkpointer,
    mark: postgresMark(database),
    async [Symbol.asyncDispose]() {
      await checkpointer[Symbol.asyncDispose]()
      await database.close()
    },
  }
}

const anyMark = statement<{ known: boolean }>("SELECT to_regclass('store_key') IS NOT NULL AS known")
const selectMark = statement<StoreMark>('SELECT store, ring FROM store_key')
const insertMark = statement('INSERT INTO store_key VALUES (1, $1, $2) ON CONFLICT DO NOTHING')

/** The mark of a store on a server. */
function postgresMark(database: PostgresDatabase): MarkRows {
  const read = async (): Promise<StoreMark | undefined> => {
    const [table] = await database.query(anyMark, [])
    return table?.known === true ? (await database.query(selectMark, []))[0] : undefined
  }
  return {
    read,
    async write({ store, ring }) {
      await database.migrate(markOwner, markMigrations)
      await database.write('power', (session) => session.query(insertMark, store, ring))
      return (await read()) ?? { store, ring }
    },
  }
}
