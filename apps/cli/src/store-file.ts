import { existsSync, statSync } from 'node:fs'

import type { ThreadReceiver } from '@keepup/checkpoint'
import { sqliteArtifacts, sqliteCheckpointer, storeStatistics } from '@keepup/checkpoint-sqlite'
import type { Checkpointer } from '@keepup/core'
import { openSqlite, type SqliteDatabase } from '@keepup/database-sqlite'

import { usageError } from './error-report.ts'
import { sqliteMark } from './keys/store-mark.ts'
import type { LockedStore } from './store.ts'
import { sqliteCopies } from './upkeep/copies-made.ts'

/** A store that is a file, with what only files can do. Without keys its content is what is stored. */
export interface StoreFile extends LockedStore {
  readonly database: SqliteDatabase
  readonly checkpointer: Checkpointer & ThreadReceiver
}

/** Opens a store that is a file; `make` where it is missing. Fails with the codes of `openSqlite`, and `input-invalid` for the address of a server. */
export async function openStoreFile(path: string, missing: 'make' | 'refuse'): Promise<StoreFile> {
  if (path.includes('://')) {
    throw usageError(
      'this works on a store in a file only',
      'name one with --store FILE; a server has its own tools, and keepup store copy FILE brings its threads into a file',
    )
  }
  if (missing === 'refuse' && !existsSync(path)) {
    throw usageError(`there is no store ${path}`, 'name another file with --store FILE')
  }
  const database = await openSqlite(path)
  try {
    const artifacts = sqliteArtifacts(database)
    const checkpointer = sqliteCheckpointer(database)
    return {
      path,
      database,
      artifacts,
      checkpointer,
      mark: sqliteMark(database),
      copies: sqliteCopies(database),
      measure: async () => ({
        counts: await storeStatistics(database),
        sizes: { file: sizeOf(path), log: sizeOf(`${path}-wal`) },
      }),
      shred: () => database.shred(),
      runQueue: async () => (await import('@keepup/cluster/sqlite')).sqliteQueue(database),
      [Symbol.asyncDispose]: () => database.close(),
    }
  } catch (error) {
    await database[Symbol.asyncDispose]()
    throw error
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
