import { resolve } from 'node:path'

import { copyThreads, type Imported } from '@keepup/checkpoint'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { carryMark } from '../keys/carry-mark.ts'
import type { ExportFlags } from '../routes/store-routes.ts'
import { isDatabaseAddress, withoutPassword } from '../settings/database-address.ts'
import { settingTable } from '../settings/setting-table.ts'
import { storePath } from '../store-path.ts'
import { findThread, type LockedStore, openLocked, openLockedExisting } from '../store.ts'

/** Copies threads with their hashes into another store, which is made where it is missing. */
export async function storeCopy(line: CommandLine, flags: ExportFlags, file: string): Promise<ExitName> {
  const source = storePath(line, flags)
  await using from = await openLockedExisting(source)
  const path = targetPath(line, file)
  if (withoutPassword(path) === withoutPassword(source)) {
    throw usageError(`${withoutPassword(path)} is the store itself`, 'name another one')
  }
  const threads = await namedThreads(from, flags)
  await using to = await openLocked(path)
  await carryMark(from, to)
  await from.copies.note({ kind: 'copy', path: to.path, made: line.host.clock.now() })
  const told = await copyThreads(from, to, threads)
  await line.terminal.out.write(
    flags.json ? `${JSON.stringify({ store: to.path, ...told })}\n` : `${importedText(told)} in ${to.path}\n`,
  )
  return 'completed'
}

/** A file, in full, or the address of a database. */
function targetPath({ host }: CommandLine, name: string): string {
  const { parse, expected } = settingTable.store
  const path = parse(name)
  if (path === undefined) throw usageError(`"${withoutPassword(name)}" is no store`, `write ${expected}`)
  return isDatabaseAddress(path) ? path : resolve(host.workingDirectory, path)
}

/** The threads that `--threads` names; undefined for all. */
export async function namedThreads(
  store: LockedStore,
  { threads }: ExportFlags,
): Promise<readonly string[] | undefined> {
  if (threads === undefined) return undefined
  return Promise.all(threads.split(',').map((name) => findThread(store, name.trim())))
}

/** What an import did, in words. */
export function importedText({ threads, entries, known, artifacts, signals }: Imported): string {
  return `${threads} threads: ${entries} new entries, ${known} known ones, ${artifacts} artifacts, ${signals} new signals`
}
