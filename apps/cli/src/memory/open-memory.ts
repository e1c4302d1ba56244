import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Checkpointer, KeyRing } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { createMemory, inMemoryIndex, type Memory, type MemoryIndex } from '@keepup/memory'
import { sqliteIndex } from '@keepup/memory/sqlite'

import type { CommandLine } from '../command-line.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { isDatabaseAddress } from '../settings/database-address.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { openStore, openStoreIfAny, placeOf, type Store } from '../store.ts'

/** A memory, and what it lies in. */
export interface OpenedMemory extends AsyncDisposable {
  readonly memory: Memory
  readonly checkpointer: Checkpointer
}

/** Opens the memory of the store that the flags name. Where there is none, `make` makes it; to look, an empty one will do: looking must not make one. Fails as `openStore`. */
export async function openMemory(
  { host }: CommandLine,
  flags: StoreFlags,
  missing: 'make' | 'empty' = 'empty',
): Promise<OpenedMemory & { readonly store?: Store }> {
  const here = host.workingDirectory
  const places = { flags: flagTexts(flags), environment: host.environment, here, folder: here }
  const place = placeOf(resolveSettings(places).settings, host.environment)
  const store = missing === 'make' ? await openStore(place) : await openStoreIfAny(place)
  if (store === undefined) return emptyMemory()
  try {
    const opened = await openMemoryOf(store, place.path)
    return {
      ...opened,
      store,
      [Symbol.asyncDispose]: async () => {
        await opened[Symbol.asyncDispose]()
        await store[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}

function emptyMemory(): OpenedMemory {
  const checkpointer = memoryCheckpointer()
  const memory = createMemory({ checkpointer, index: inMemoryIndex() })
  return { memory, checkpointer, [Symbol.asyncDispose]: async () => undefined }
}

/** Opens the memory of an opened store; `path` is its file, or its address with the password. What is derived of the threads lies beside the file, in `FILE.memory`, or in the same schema. */
export async function openMemoryOf(store: Store, path: string): Promise<OpenedMemory> {
  const { checkpointer } = store
  const { index, close } = await openIndex(path, store.keys?.threads)
  return { memory: createMemory({ checkpointer, index }), checkpointer, [Symbol.asyncDispose]: close }
}

async function openIndex(
  path: string,
  keys: KeyRing | undefined,
): Promise<{ readonly index: MemoryIndex; readonly close: () => Promise<void> }> {
  const options = keys === undefined ? {} : { keys }
  if (!isDatabaseAddress(path)) {
    const database = await openSqlite(`${path}.memory`)
    return { index: sqliteIndex(database, options), close: () => database.close() }
  }
  const { openPostgres } = await import('@keepup/database-postgres')
  const { postgresIndex } = await import('@keepup/memory/postgres')
  const database = await openPostgres(path, { connections: 2 })
  return { index: await postgresIndex(database, options), close: () => database.close() }
}
