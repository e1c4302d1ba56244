import { type FileHandle, link, open, rename, rm } from 'node:fs/promises'

import { encodeValue, type SalvagedThread, salvageThreads } from '@keepup/checkpoint'
import { type Entry, KeepupError, type Timestamp } from '@keepup/core'

import { carryMark } from './keys/carry-mark.ts'
import { openDamagedStore } from './open-damaged-store.ts'
import { openStoreFile } from './store-file.ts'
import type { LockedStore } from './store.ts'

/** What a repair left where. */
export interface Repaired {
  readonly threads: readonly SalvagedThread[]
  /** The file of the damaged store, which was only read. */
  readonly damaged: string
  /** The file of whole entries that follow damage, where there are any. */
  readonly strays?: string
}

/**
 * Puts a new store of what is whole in the place of a damaged one. The damaged file is kept under another name, as it was. Fails `lease-held` while
 * an agent runs on the store. Whatever fails before the new store is whole leaves everything in its place.
 */
export async function repairStore(path: string, now: Timestamp): Promise<Repaired> {
  const names = {
    fresh: `${path}.repaired`,
    damaged: `${path}.damaged-${now}`,
    strays: `${path}.strays-${now}.jsonl`,
  }
  for (const suffix of ['', '-wal', '-shm']) await rm(`${names.fresh}${suffix}`, { force: true })
  const { threads, strays } = await salvage(path, names)
  await keepUnder(path, names.damaged)
  for (const suffix of ['-wal', '-shm']) await renameIfThere(`${path}${suffix}`, `${names.damaged}${suffix}`)
  await rename(names.fresh, path)
  if (strays > 0) return { threads, damaged: names.damaged, strays: names.strays }
  await rm(names.strays, { force: true })
  return { threads, damaged: names.damaged }
}

async function salvage(
  path: string,
  names: { readonly fresh: string; readonly strays: string },
): Promise<{ readonly threads: readonly SalvagedThread[]; readonly strays: number }> {
  await using from = await openDamagedStore(path)
  await refuseHeld(from)
  await using to = await openStoreFile(names.fresh, 'make')
  await carryMark(from, to)
  await using handle = await open(names.strays, 'w', 0o600)
  const threads: SalvagedThread[] = []
  let strays = 0
  for await (const found of salvageThreads(from, to)) {
    if ('thread' in found) threads.push(found.thread)
    else {
      await writeStray(handle, found.stray)
      strays += 1
    }
  }
  await handle.sync()
  return { threads, strays }
}

/** An entry as a line of JSON, its data as the codec writes it. */
async function writeStray(handle: FileHandle, entry: Entry): Promise<void> {
  const data = entry.erased === true ? {} : { data: Buffer.from(encodeValue(entry.data)).toString('utf8') }
  await handle.write(`${JSON.stringify({ ...entry, data: undefined, ...data })}\n`)
}

async function refuseHeld({ checkpointer, path }: LockedStore): Promise<void> {
  for await (const { thread, owner } of checkpointer.threads()) {
    if (owner === undefined) continue
    const message = `Thread ${thread} of ${path} is held by process ${owner.process} on ${owner.host}. End it, then repair the store.`
    throw new KeepupError('lease-held', message, { details: { thread, owner } })
  }
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
