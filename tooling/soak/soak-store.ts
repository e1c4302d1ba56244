import { postgresArtifacts, postgresCheckpointer } from '@keepup/checkpoint-postgres'
import { sqliteArtifacts, sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { ArtifactStore, Checkpointer, Flush } from '@keepup/core'
import { openPostgres, statement } from '@keepup/database-postgres'
import { openSqlite } from '@keepup/database-sqlite'

import { fixedParts } from './fixed-parts.ts'

/** Where a store lies. */
export type Place =
  | {
      readonly backend: 'sqlite'
      readonly path: string
      /** Whether the write-ahead log is emptied into the file now and then; it is when left out. */
      readonly checkpoints?: boolean
    }
  | { readonly backend: 'postgres'; readonly url: string; readonly schema: string }

/** An opened store. */
export interface SoakStore {
  readonly checkpointer: Checkpointer
  readonly artifacts: ArtifactStore
  /** Runs a body whose checkpointer works in one open transaction. */
  transaction(flush: Flush, body: (inside: Checkpointer) => Promise<void>): Promise<void>
  /** Rows of artifacts that were never finished. */
  halfWritten(): Promise<number>
  /** What the database itself finds wrong; empty where it has no such check. */
  findDamage(): Promise<readonly string[]>
  close(): Promise<void>
}

/** Opens a store, or makes it. */
export function openSoakStore(place: Place): Promise<SoakStore> {
  return place.backend === 'sqlite'
    ? openFile(place.path, place.checkpoints ?? true)
    : openSchema(place.url, place.schema)
}

async function openFile(path: string, checkpoints: boolean): Promise<SoakStore> {
  const database = await openSqlite(path)
  if (!checkpoints) database.exec('PRAGMA wal_autocheckpoint = 0')
  const checkpointer = sqliteCheckpointer(database, fixedParts)
  const artifacts = sqliteArtifacts(database, fixedParts)
  const half = database.prepare<number>('SELECT count(*) FROM artifact WHERE hash IS NULL', 'value')
  return {
    checkpointer,
    artifacts,
    transaction: (flush, body) =>
      database.transaction((transaction) => body(checkpointer.within(transaction)), flush),
    halfWritten: () => database.read(() => half.get() ?? 0),
    findDamage: () => database.findDamage(),
    close: async () => {
      await checkpointer[Symbol.asyncDispose]()
      await artifacts[Symbol.asyncDispose]()
      await database.close()
    },
  }
}

const half = statement<{ half: number }>('SELECT count(*) AS half FROM artifact WHERE hash IS NULL')

async function openSchema(url: string, schema: string): Promise<SoakStore> {
  const database = await openPostgres(url, { schema, connections: 3 })
  const checkpointer = await postgresCheckpointer(database, fixedParts)
  const artifacts = await postgresArtifacts(database, fixedParts)
  return {
    checkpointer,
    artifacts,
    transaction: (flush, body) =>
      database.transaction((transaction) => body(checkpointer.within(transaction)), flush),
    halfWritten: async () => (await database.query(half, []))[0]?.half ?? 0,
    findDamage: () => Promise.resolve([]),
    close: async () => {
      await checkpointer[Symbol.asyncDispose]()
      await artifacts[Symbol.asyncDispose]()
      await database.close()
    },
  }
}
