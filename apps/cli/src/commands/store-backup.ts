import { rename, rm } from 'node:fs/promises'

import { copyThreads } from '@keepup/checkpoint'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { carryMark } from '../keys/carry-mark.ts'
import type { StoreFileFlags } from '../routes/store-routes.ts'
import { isDatabaseAddress } from '../settings/database-address.ts'
import { openStoreFile } from '../store-file.ts'
import { newFilePath, storePath } from '../store-path.ts'
import { type LockedStore, openKeptStore } from '../store.ts'

/** Writes a copy of the whole store beside running work, which appears once it is whole: of a file as it is at one moment, of a server thread by thread. */
export async function storeBackup(line: CommandLine, flags: StoreFileFlags, file: string): Promise<ExitName> {
  const from = storePath(line, flags)
  const { out, notes } = line.terminal
  const path = isDatabaseAddress(from)
    ? await backUpServer(line, from, file)
    : await backUpFile(line, from, file)
  await out.write(
    flags.json
      ? `${JSON.stringify({ backup: path })}\n`
      : `backed up: ${path}\nnext: keepup store verify --store ${path}\n`,
  )
  if (isDatabaseAddress(from) && !flags.json) {
    await notes.write(
      'note: each thread is copied as it is at one moment, not all at the same; for that: pg_dump --format=custom --schema=keepup\n',
    )
  }
  return 'completed'
}

async function backUpFile(line: CommandLine, from: string, file: string): Promise<string> {
  await using store = await openStoreFile(from, 'refuse')
  const path = newFilePath(line, file)
  await noteBackup(line, store, path)
  await store.database.backup(path)
  return path
}

async function backUpServer(line: CommandLine, from: string, file: string): Promise<string> {
  await using store = await openKeptStore(from)
  const path = newFilePath(line, file)
  await noteBackup(line, store, path)
  const partial = `${path}.partial`
  await removeStore(partial)
  try {
    await using to = await openStoreFile(partial, 'make')
    await carryMark(store, to)
    await copyThreads(store, to)
  } catch (error) {
    await removeStore(partial)
    throw error
  }
  await rename(partial, path)
  return path
}

async function noteBackup(line: CommandLine, store: LockedStore, path: string): Promise<void> {
  await store.copies.note({ kind: 'backup', path, made: line.host.clock.now() })
}

async function removeStore(path: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(`${path}${suffix}`, { force: true })
}
