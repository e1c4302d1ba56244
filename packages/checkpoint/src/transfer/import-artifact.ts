import { type ArtifactInfo, type ArtifactStore, KeepupError } from '@keepup/core'

import { type ChainedLine, damagedLine } from './chained-lines.ts'
import { text } from './export-record.ts'

/** Stores an artifact from the lines of its bytes, a piece in memory at a time. Fails `thread-damaged` where it is not the one that is named. */
export async function importArtifact(
  artifacts: ArtifactStore | undefined,
  { hash, size, mediaType, label }: ArtifactInfo,
  lines: AsyncGenerator<ChainedLine>,
  line: number,
): Promise<void> {
  if (artifacts === undefined) {
    const message = `Line ${line} of the export holds an artifact, but there is no store for artifacts. Give importThreads one.`
    throw new KeepupError('not-supported', message, { details: { line } })
  }
  const stored = await artifacts.put(pieces(lines, size, line), { mediaType, label })
  if (stored.hash !== hash) throw damagedLine(line, `the bytes of artifact ${hash} are others`)
}

/** Runs a reader of a line; what it throws names the line. */
export function damagedIn<T>(line: number, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)
    throw damagedLine(line, why, cause)
  }
}

async function* pieces(
  lines: AsyncGenerator<ChainedLine>,
  size: number,
  line: number,
): AsyncGenerator<Uint8Array> {
  let left = size
  for (let at = line + 1; left > 0; at += 1) {
    const next = await lines.next()
    if (next.done === true) throw damagedLine(at, 'it is missing: the file was cut')
    const { record, number } = next.value
    const bytes = damagedIn(number, () => {
      if (record['record'] !== 'chunk') throw new TypeError('it is not the rest of the artifact before it')
      return Buffer.from(text(record, 'bytes'), 'base64')
    })
    if (bytes.length === 0 || bytes.length > left)
      throw damagedLine(number, 'the artifact before it has another size')
    left -= bytes.length
    yield bytes
  }
}
