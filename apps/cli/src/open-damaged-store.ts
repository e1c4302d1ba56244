import { rm } from 'node:fs/promises'

import { KeepupError } from '@keepup/core'
import { rescueSqlite } from '@keepup/database-sqlite'

import { openStoreFile, type StoreFile } from './store-file.ts'

/**
 * Opens a store to save what is whole of it: the file itself, or, where SQLite cannot read all of that, a copy of the rows that it can read, which goes
 * as it is closed. Fails `database-corrupt` where not even the list of the tables can be read.
 */
export async function openDamagedStore(path: string): Promise<StoreFile> {
  const sound = await openSound(path)
  if (sound !== undefined) return sound
  const copy = `${path}.rescued`
  await rescueSqlite(path, copy)
  const rescued = await openStoreFile(copy, 'refuse')
  return {
    ...rescued,
    path,
    [Symbol.asyncDispose]: async () => {
      await rescued[Symbol.asyncDispose]()
      for (const suffix of ['', '-wal', '-shm']) await rm(`${copy}${suffix}`, { force: true })
    },
  }
}

async function openSound(path: string): Promise<StoreFile | undefined> {
  let store: StoreFile | undefined
  try {
    store = await openStoreFile(path, 'refuse')
    if ((await store.database.findDamage()).length === 0) return store
  } catch (error) {
    if (!KeepupError.is(error, 'database-corrupt')) throw error
  }
  await store?.[Symbol.asyncDispose]()
  return undefined
}
