import { link, rename } from 'node:fs/promises'

import type { Timestamp } from '@keepup/core'

import { openDamagedStore } from './open-damaged-store.ts'
import { type Salvaged, salvageStore } from './salvage-store.ts'

/** What a repair left where. */
export interface Repaired extends Salvaged {
  /** The file of the damaged store, which was only read. */
  readonly damaged: string
}

/**
 * Puts a new store of what is whole in the place of a damaged one. The damaged file is kept under another name, as it was. Fails `lease-held` while
 * an agent runs on the store. Whatever fails before the new store is whole leaves everything in its place.
 */
export async function repairStore(path: string, now: Timestamp): Promise<Repaired> {
  const fresh = `${path}.repaired`
  const damaged = `${path}.damaged-${now}`
  const found = await salvageStore(() => openDamagedStore(path), {
    fresh,
    strays: `${path}.strays-${now}.jsonl`,
  })
  await keepUnder(path, damaged)
  for (const suffix of ['-wal', '-shm']) await renameIfThere(`${path}${suffix}`, `${damaged}${suffix}`)
  await rename(fresh, path)
  return { ...found, damaged }
}

/** Keeps a file under another name. As a second name of it there is a store at every moment, even where the process is killed in the middle. */
async function keepUnder(path: string, name: string): Promise<void> {
  try {
    await link(path, name)
  } catch {
    // Not every file system knows links.
    await rename(path, name)
  }
}

/** SQLite would take the log of the damaged store for that of the new one. */
async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
