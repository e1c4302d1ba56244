import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { ThreadReceiver } from '@keepup/checkpoint'
import type { ArtifactStore, Checkpointer } from '@keepup/core'
import { openSqlite, type SqliteDatabase } from '@keepup/database-sqlite'

import { sqliteArtifacts, sqliteCheckpointer, type SqliteCheckpointerOptions } from '../src/index.ts'

/** A checkpointer and an artifact store on one opened file. */
export interface OpenStore {
  readonly path: string
  readonly database: SqliteDatabase
  readonly checkpointer: Checkpointer & ThreadReceiver
  readonly artifacts: ArtifactStore
  close(): Promise<void>
}

/** Opens what a file holds, or a new file. */
export async function openStore(path: string, options: SqliteCheckpointerOptions = {}): Promise<OpenStore> {
  const database = await openSqlite(path)
  const checkpointer = sqliteCheckpointer(database, options)
  const artifacts = sqliteArtifacts(database, options)
  return {
    path,
    database,
    checkpointer,
    artifacts,
    close: async () => {
      await checkpointer[Symbol.asyncDispose]()
      await artifacts[Symbol.asyncDispose]()
      await database.close()
    },
  }
}

/** A new folder with the path of a file in it that does not exist yet. */
export function newFile(): { path: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-checkpoint-'))
  return { path: join(folder, 'store.db'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}
