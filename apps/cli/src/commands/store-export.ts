import { open, rename, rm } from 'node:fs/promises'

import { exportThreads } from '@keepup/checkpoint'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { ExportFlags } from '../routes/store-routes.ts'
import { newFilePath, storePath } from '../store-path.ts'
import { openLockedExisting } from '../store.ts'
import { namedThreads } from './store-copy.ts'

/** Writes threads as lines of JSON to a file, which appears once it is whole, or to standard output. */
export async function storeExport(line: CommandLine, flags: ExportFlags, file?: string): Promise<ExitName> {
  const { out, notes } = line.terminal
  await using store = await openLockedExisting(storePath(line, flags))
  const keys = await store.mark.read()
  const source = keys === undefined ? store : { ...store, keys }
  const lines = exportThreads(source, await namedThreads(store, flags))
  if (file === undefined) {
    for await (const text of lines) await out.write(text)
    return 'completed'
  }
  const path = newFilePath(line, file)
  await store.copies.note({ kind: 'export', path, made: line.host.clock.now() })
  await writeWhole(path, lines)
  await notes.write(`exported: ${path}\n`)
  return 'completed'
}

/** Readable by its owner alone: it holds everything that was said. */
async function writeWhole(path: string, lines: AsyncIterable<string>): Promise<void> {
  const partial = `${path}.partial`
  try {
    await using handle = await open(partial, 'w', 0o600)
    for await (const text of lines) await handle.write(text)
    await handle.sync()
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  await rename(partial, path)
}
