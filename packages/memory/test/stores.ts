import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { encryptedCheckpointer, memoryCheckpointer } from '@keepup/checkpoint'
import { postgresCheckpointer } from '@keepup/checkpoint-postgres'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { Checkpointer, Key, KeyRing } from '@keepup/core'
import { openPostgres } from '@keepup/database-postgres'
import { openSqlite } from '@keepup/database-sqlite'

import { inMemoryIndex, type MemoryIndex } from '../src/index.ts'
import { postgresIndex } from '../src/postgres/index.ts'
import { sqliteIndex } from '../src/sqlite/index.ts'

/** A checkpointer and an index that nobody used before. */
export interface OpenStore {
  readonly checkpointer: Checkpointer
  readonly index: MemoryIndex
  /** Where it lies, if in a file. */
  readonly folder?: string
  readonly keys?: KeyRing
  close(): Promise<void>
}

export type OpenStoreOf = () => Promise<OpenStore>

/** In this process. */
export const openInMemory: OpenStoreOf = async () => ({
  checkpointer: memoryCheckpointer(),
  index: inMemoryIndex(),
  close: async () => undefined,
})

/** In a file of its own. */
export async function openInFile(keys?: KeyRing): Promise<OpenStore> {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-memory-'))
  const database = await openSqlite(join(folder, 'memory.db'))
  const checkpointer = sqliteCheckpointer(database)
  return {
    folder,
    checkpointer: keys === undefined ? checkpointer : encryptedCheckpointer(checkpointer, keys),
    index: sqliteIndex(database, keys === undefined ? {} : { keys }),
    close: async () => {
      await checkpointer[Symbol.asyncDispose]()
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** In a schema of its own. */
export async function openOnServer(url: string, keys?: KeyRing): Promise<OpenStore> {
  const schema = `test_${randomBytes(8).toString('hex')}`
  const database = await openPostgres(url, { schema, connections: 3 })
  const checkpointer = await postgresCheckpointer(database)
  return {
    checkpointer: keys === undefined ? checkpointer : encryptedCheckpointer(checkpointer, keys),
    index: await postgresIndex(database, keys === undefined ? {} : { keys }),
    ...(keys === undefined ? {} : { keys }),
    close: async () => {
      await checkpointer[Symbol.asyncDispose]()
      await database.write('process', (session) => session.exec(`DROP SCHEMA ${schema} CASCADE`))
      await database.close()
    },
  }
}

/** Keys in this process; tells which were destroyed. */
export function newKeys(): KeyRing & { readonly destroyed: readonly string[] } {
  const keys = new Map<string, Key>()
  const destroyed: string[] = []
  return {
    destroyed,
    get: async (scope, id) => {
      const known = keys.get(scope)
      if (id !== undefined) return known?.id === id ? known : undefined
      const key = known ?? { id: randomBytes(8).toString('hex'), bytes: randomBytes(32) }
      keys.set(scope, key)
      return key
    },
    destroy: async (scope) => {
      keys.delete(scope)
      destroyed.push(scope)
    },
  }
}
