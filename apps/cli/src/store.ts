import { existsSync } from 'node:fs'

import { sqliteArtifacts, sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { type ArtifactStore, type Checkpointer, KeepupError, type ThreadId } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'

import { nearest } from './settings/nearest.ts'

/** The opened database of threads. */
export interface Store extends AsyncDisposable {
  readonly path: string
  readonly checkpointer: Checkpointer
  readonly artifacts: ArtifactStore
}

/** Opens the database file, making it where it is missing. Fails with the codes of `openSqlite`. */
export async function openStore(path: string): Promise<Store> {
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

/** Opens the database file, or fails `thread-unknown` where there is none: reading must not make one. */
export async function openExistingStore(path: string): Promise<Store> {
  if (existsSync(path)) return openStore(path)
  throw new KeepupError('thread-unknown', `there are no threads yet in ${path}`, {
    details: { fix: 'begin one with: keepup run "..."  (or name another file with --store FILE)' },
  })
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
