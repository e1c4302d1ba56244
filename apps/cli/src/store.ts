import { existsSync } from 'node:fs'

import type { ThreadReceiver } from '@keepup/checkpoint'
import type { StoreStatistics } from '@keepup/checkpoint-sqlite'
import type { RunQueue } from '@keepup/cluster'
import { type ArtifactStore, type Checkpointer, KeepupError, type ThreadId } from '@keepup/core'

import { usageError } from './error-report.ts'
import type { Environment } from './host.ts'
import { keyPlace, type KeyPlace } from './keys/key-place.ts'
import type { MarkRows } from './keys/store-mark.ts'
import { type StoreKeys, unlockStore } from './keys/unlock-store.ts'
import { isDatabaseAddress, withoutPassword } from './settings/database-address.ts'
import { nearest } from './settings/nearest.ts'
import type { Settings } from './settings/setting.ts'
import { openStoreFile } from './store-file.ts'
import type { CopiesMade } from './upkeep/copies-made.ts'

/** The opened database of threads, its content as it is stored. */
export interface LockedStore extends AsyncDisposable {
  /** The file, or the address of the server without its password. */
  readonly path: string
  readonly checkpointer: Checkpointer & ThreadReceiver
  readonly artifacts: ArtifactStore
  /** Whether it is encrypted, and how. */
  readonly mark: MarkRows
  /** Its copies, as far as commands made them. */
  readonly copies: CopiesMade
  /** Counts what it holds, with the names and sizes of where it lies. */
  measure(): Promise<{ readonly counts: StoreStatistics; readonly sizes: Readonly<Record<string, number>> }>
  /** Takes what was deleted out of the files. Only where it lies in a file. */
  shred?(): Promise<void>
  /** Opens the queue of its runs, making it where it is missing. Whoever opens it closes it, before the store. */
  runQueue(): Promise<RunQueue>
}

/** The opened database of threads, its content readable. */
export interface Store extends LockedStore {
  /** What lies in the database: the same where it is not encrypted. */
  readonly stored: LockedStore
  /** Where it is encrypted. */
  readonly keys?: StoreKeys
}

/** A store, and what opens it. */
export interface StorePlace {
  /** The file, or the address of a server with its password. */
  readonly path: string
  readonly keys?: KeyPlace
}

/** The store that settings name. */
export function placeOf(settings: Settings, environment: Environment): StorePlace {
  const keys = keyPlace(settings, environment)
  return { path: settings.store, ...(keys === undefined ? {} : { keys }) }
}

/**
 * Opens a database file or the PostgreSQL database at an address, making it where it is missing. Fails with the codes of `openSqlite` and
 * `openPostgres`, and `keys-required`.
 */
export function openStore(place: StorePlace): Promise<Store> {
  return unlocked(openLocked(place.path), place)
}

/** Opens a store that is there already; `undefined` where it is not: looking must not make one. */
export async function openStoreIfAny(place: StorePlace): Promise<Store | undefined> {
  const locked = await openLockedIfAny(place.path)
  return locked === undefined ? undefined : unlocked(Promise.resolve(locked), place)
}

/** Opens a store, or fails `thread-unknown` where there is none: reading must not make one. */
export function openExistingStore(place: StorePlace): Promise<Store> {
  return unlocked(openLockedExisting(place.path), place)
}

/** Opens a store to look after it, without its keys; fails `input-invalid` where there is none. */
export async function openKeptStore(path: string): Promise<LockedStore> {
  const store = await openLockedIfAny(path)
  if (store !== undefined) return store
  throw usageError(`there is no store ${withoutPassword(path)}`, 'name another one with --store')
}

/** Opens a store without its keys: what is there can be counted, checked and copied, not read. Fails as {@link openExistingStore}. */
export async function openLockedExisting(path: string): Promise<LockedStore> {
  const store = await openLockedIfAny(path)
  if (store !== undefined) return store
  throw new KeepupError('thread-unknown', `there are no threads yet in ${withoutPassword(path)}`, {
    details: { fix: 'begin one with: keepup run "..."  (or name another store with --store)' },
  })
}

/** {@link openStore} without its keys. */
export async function openLocked(path: string): Promise<LockedStore> {
  if (!isDatabaseAddress(path)) return openStoreFile(path, 'make')
  // Only those pay for the driver who use it.
  const { openPostgresStore } = await import('./open-postgres-store.ts')
  return openPostgresStore(path, 'make')
}

async function openLockedIfAny(path: string): Promise<LockedStore | undefined> {
  if (!isDatabaseAddress(path)) return existsSync(path) ? openStoreFile(path, 'refuse') : undefined
  const { openPostgresStore } = await import('./open-postgres-store.ts')
  return openPostgresStore(path, 'leave')
}

async function unlocked(opening: Promise<LockedStore>, { keys }: StorePlace): Promise<Store> {
  const locked = await opening
  try {
    return await unlockStore(locked, keys)
  } catch (error) {
    await locked[Symbol.asyncDispose]()
    throw error
  }
}

/** The thread of that name, or the only one whose name begins so. Fails `thread-unknown`, naming one that is near. */
export async function findThread({ checkpointer, path }: LockedStore, name: string): Promise<ThreadId> {
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
