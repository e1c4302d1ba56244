import { type FileHandle, open, rm } from 'node:fs/promises'

import { encodeValue, type SalvagedThread, salvageThreads } from '@keepup/checkpoint'
import { type Entry, KeepupError } from '@keepup/core'

import { carryMark } from './keys/carry-mark.ts'
import { openStoreFile } from './store-file.ts'
import type { LockedStore } from './store.ts'

/** Where what is whole is put. */
export interface SalvageFiles {
  /** The new store; what lies there is replaced. */
  readonly fresh: string
  /** A line for each whole entry that follows damage; there is no such file where there is none. */
  readonly strays: string
}

/** What was whole. */
export interface Salvaged {
  readonly threads: readonly SalvagedThread[]
  /** The file of whole entries that follow damage, where there are any. */
  readonly strays?: string
}

/** Copies what is whole of a damaged store, which is only read, into a new one. Fails `lease-held` while an agent runs on it. */
export async function salvageStore(
  openDamaged: () => Promise<LockedStore>,
  files: SalvageFiles,
): Promise<Salvaged> {
  for (const suffix of ['', '-wal', '-shm']) await rm(`${files.fresh}${suffix}`, { force: true })
  const { threads, strays } = await copyWhole(openDamaged, files)
  if (strays > 0) return { threads, strays: files.strays }
  await rm(files.strays, { force: true })
  return { threads }
}

async function copyWhole(openDamaged: () => Promise<LockedStore>, files: SalvageFiles) {
  await using from = await openDamaged()
  await refuseHeld(from)
  await using to = await openStoreFile(files.fresh, 'make')
  await carryMark(from, to)
  await using handle = await open(files.strays, 'w', 0o600)
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
