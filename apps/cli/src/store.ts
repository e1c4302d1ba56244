import { existsSync } from 'node:fs'

import type { ThreadReceiver } from '@keepup/checkpoint'
import { sqliteArtifacts, sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { type ArtifactStore, type Checkpointer, KeepupError, type ThreadId } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'

import { isDatabaseAddress, withoutPassword } from './settings/database-address.ts'
import { nearest } from './settings/nearest.ts'

/** The opened database of threads. */
export interface Store extends AsyncDisposable {
  /** The file, or the address of the server without its password. */
  readonly path: string
  readonly checkpointer: Checkpointer & ThreadReceiver
  readonly artifacts: ArtifactStore
}

/**
 * Opens a database file or the PostgreSQL database at an address, making it where it is missing. Fails with the codes of `openSqlite` and
 * `openPostgres`.
 */
export async function openStore(path: string): Promise<Store> {
  if (!isDatabaseAddress(path)) return openFile(path)
  // Only those pay for the driver who use it.
  const { openPostgresStore } = await import('./open-postgres-store.ts')
  return openPostgresStore(path, 'make')
}

/** Opens a store that is there already; `undefined` where it is not: looking must not make one. */
export async function openStoreIfAny(path: string): Promise<Store | undefined> {
  if (!isDatabaseAddress(path)) return existsSync(path) ? openFile(path) : undefined
  const { openPostgresStore } = await import('./open-postgres-store.ts')
  return openPostgresStore(path, 'leave')
}

/** Opens a store, or fails `thread-unknown` where there is none: reading must not make one. */
export async function openExistingStore(path: string): Promise<Store> {
  const store = await openStoreIfAny(path)
  if (store !== undefined) return store
  throw new KeepupError('thread-unknown', `there are no threads yet in ${withoutPassword(path)}`, {
    details: { fix: 'begin one with: keepup run "..."  (or name another store with --store)' },
  })
}

async function openFile(path: string): Promise<Store> {
  const database = await openSqlite(path)
  try {
    const artifacts = sqliteArtifacts(database)
    return {
      path,
      artifacts,
      checkpointer: sqliteCheckpointer(database),
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    }
  } catch (error) {
    await database[Symbol.asyncDispose]()
    throw error
  }
}

/** The thread of that name, or the only one whose name begins so. Fails `thread-unknown`, naming one that is near. */
export async function findThread({ checkpointer, path }: Store, name: string): Promise<ThreadId> {
  const names: ThreadId[] = []
  for await (const { thread } of checkpointer.threads()) {
    if (thread === name) return thread
    names.push(thread)
  }
  const matches = names.filter((candidate) => candidate.startsWith(name))
  const [only] = matches
  if (only !== undefined && matches.length === 1) return only
  const meant = matches.length > 1 ? matches.slice(0, 5).join(', ') : nearest(name, names)
  throw new KeepupError('thread-unknown', `there is no thread "${name}" in ${path}`, {
    details: {
      fix: meant === undefined ? 'list the threads with: keepup threads' : `did you mean ${meant}?`,
    },
  })
}
