import { statSync } from 'node:fs'

import { storeStatistics } from '@keepup/checkpoint-sqlite'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFileFlags } from '../routes/store-routes.ts'
import { openStoreFile } from '../store-file.ts'
import { storePath } from '../store-path.ts'
import { groupedDigits } from '../terminal/grouped-digits.ts'

/** Counts what the store holds. */
export async function storeStats(line: CommandLine, flags: StoreFileFlags): Promise<ExitName> {
  const { out } = line.terminal
  await using store = await openStoreFile(storePath(line, flags), 'refuse')
  const told = await storeStatistics(store.database)
  const { path } = store
  const fileSize = sizeOf(path)
  const logSize = sizeOf(`${path}-wal`)
  if (flags.json) {
    await out.write(`${JSON.stringify({ path, fileSize, logSize, ...told })}\n`)
    return 'completed'
  }
  const rows: readonly (readonly [string, string])[] = [
    ['threads', `${groupedDigits(told.threads)}, ${groupedDigits(told.forks)} of them forks`],
    ['entries', `${groupedDigits(told.entries)}, ${groupedDigits(told.dataSize)} bytes of data`],
    ['erased entries', groupedDigits(told.erased)],
    ['waiting signals', groupedDigits(told.signals)],
    ['snapshots', groupedDigits(told.snapshots)],
    ['artifacts', `${groupedDigits(told.artifacts)}, ${groupedDigits(told.artifactSize)} bytes`],
    ['file', `${groupedDigits(fileSize)} bytes, and ${groupedDigits(logSize)} in its write-ahead log`],
  ]
  await out.write(`${path}\n${rows.map(([name, text]) => `  ${name.padEnd(16)} ${text}\n`).join('')}`)
  return 'completed'
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
