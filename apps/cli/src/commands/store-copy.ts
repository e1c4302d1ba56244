import { resolve } from 'node:path'

import { copyThreads, type Imported } from '@keepup/checkpoint'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { ExportFlags } from '../routes/store-routes.ts'
import { openStoreFile } from '../store-file.ts'
import { storePath } from '../store-path.ts'
import { findThread, openExistingStore, type Store } from '../store.ts'

/** Copies threads with their hashes into another store, which is made where it is missing. */
export async function storeCopy(line: CommandLine, flags: ExportFlags, file: string): Promise<ExitName> {
  await using from = await openExistingStore(storePath(line, flags))
  const path = resolve(line.host.workingDirectory, file)
  if (path === resolve(from.path)) throw usageError(`${path} is the store itself`, 'name another file')
  const threads = await namedThreads(from, flags)
  await using to = await openStoreFile(path, 'make')
  const told = await copyThreads(from, to, threads)
  await line.terminal.out.write(
    flags.json ? `${JSON.stringify({ store: path, ...told })}\n` : `${importedText(told)} in ${path}\n`,
  )
  return 'completed'
}

/** The threads that `--threads` names; undefined for all. */
export async function namedThreads(
  store: Store,
  { threads }: ExportFlags,
): Promise<readonly string[] | undefined> {
  if (threads === undefined) return undefined
  return Promise.all(threads.split(',').map((name) => findThread(store, name.trim())))
}

/** What an import did, in words. */
export function importedText({ threads, entries, known, artifacts, signals }: Imported): string {
  return `${threads} threads: ${entries} new entries, ${known} known ones, ${artifacts} artifacts, ${signals} new signals`
}
