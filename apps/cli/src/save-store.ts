import { type FileHandle, open, rename, rm } from 'node:fs/promises'

import { encodeValue, type SalvagedThread, salvageThreads } from '@keepup/checkpoint'
import { type Entry, KeepupError } from '@keepup/core'

import { carryMark } from './keys/carry-mark.ts'
import { openStoreFile } from './store-file.ts'
import { type LockedStore, openKeptStore } from './store.ts'

/** What was saved of a store on a server. */
export interface SavedStore {
  readonly threads: readonly SalvagedThread[]
  /** The new store. */
  readonly file: string
  /** The file of whole entries that follow damage, where there are any. */
  readonly strays?: string
}

/** Saves what is whole of a damaged store on a server in a new file. The server is only read. Fails `lease-held` while an agent runs on the store. */
export async function saveStore(path: string, file: string): Promise<SavedStore> {
  const fresh = `${file}.partial`
  const strays = `${file}.strays.jsonl`
  for (const suffix of ['', '-wal', '-shm']) await rm(`${fresh}${suffix}`, { force: true })
  const found = await salvage(path, fresh, strays)
  await rename(fresh, file)
  if (found.strays > 0) return { threads: found.threads, file, strays }
  await rm(strays, { force: true })
  return { threads: found.threads, file }
}

async function salvage(path: string, fresh: string, strayFile: string) {
  await using from = await openKeptStore(path)
  await refuseHeld(from)
  await using to = await openStoreFile(fresh, 'make')
  await carryMark(from, to)
  await using handle = await open(strayFile, 'w', 0o600)
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

/** Fails `lease-held` where an agent runs on a store. */
async function refuseHeld({ checkpointer, path }: LockedStore): Promise<void> {
  for await (const { thread, owner } of checkpointer.threads()) {
    if (owner === undefined) continue
    const message = `Thread ${thread} of ${path} is held by process ${owner.process} on ${owner.host}. End it, then repair the store.`
    throw new KeepupError('lease-held', message, { details: { thread, owner } })
  }
}
