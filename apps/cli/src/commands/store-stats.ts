import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFileFlags } from '../routes/store-routes.ts'
import { storePath } from '../store-path.ts'
import { openKeptStore } from '../store.ts'
import { groupedDigits } from '../terminal/grouped-digits.ts'

/** Counts what the store holds. */
export async function storeStats(line: CommandLine, flags: StoreFileFlags): Promise<ExitName> {
  const { out } = line.terminal
  await using store = await openKeptStore(storePath(line, flags))
  const { counts: told, sizes } = await store.measure()
  const { path } = store
  const encrypted = (await store.mark.read()) !== undefined
  if (flags.json) {
    const { file: fileSize, log: logSize, tables: tableSize } = sizes
    await out.write(`${JSON.stringify({ path, encrypted, fileSize, logSize, tableSize, ...told })}\n`)
    return 'completed'
  }
  const rows: readonly (readonly [string, string])[] = [
    ['threads', `${groupedDigits(told.threads)}, ${groupedDigits(told.forks)} of them forks`],
    ['entries', `${groupedDigits(told.entries)}, ${groupedDigits(told.dataSize)} bytes of data`],
    ['erased entries', groupedDigits(told.erased)],
    ['waiting signals', groupedDigits(told.signals)],
    ['snapshots', groupedDigits(told.snapshots)],
    ['artifacts', `${groupedDigits(told.artifacts)}, ${groupedDigits(told.artifactSize)} bytes`],
    ['encrypted', encrypted ? 'yes' : 'no'],
    ...Object.entries(sizes).map(([name, size]) => [name, `${groupedDigits(size)} bytes`] as const),
  ]
  await out.write(`${path}\n${rows.map(([name, text]) => `  ${name.padEnd(16)} ${text}\n`).join('')}`)
  return 'completed'
}
