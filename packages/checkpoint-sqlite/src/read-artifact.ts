import { createHash, hash as digestOf } from 'node:crypto'

import { type ArtifactHash, KeepupError } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import type { ArtifactRows } from './artifact-rows.ts'

/** So many bytes are in memory for one artifact at a time, and in one row. */
export const chunkSize = 65_536

/** The bytes of an artifact, or a part of them; see `ArtifactStore.get`. Nothing damaged is given out. */
export async function* readArtifact(
  database: SqliteDatabase,
  rows: ArtifactRows,
  hash: ArtifactHash,
  range: { readonly from?: number; readonly to?: number } = {},
): AsyncGenerator<Uint8Array> {
  const found = await database.read(() => rows.find(hash))
  if (found === undefined) throw unknown(hash)
  const from = Math.max(0, range.from ?? 0)
  const to = Math.min(range.to ?? Infinity, found.size)
  const whole = from === 0 && to === found.size ? createHash('sha256') : undefined
  for (let place = Math.floor(from / chunkSize); place * chunkSize < to; place += 1) {
    const start = place * chunkSize
    const chunk = await database.read(() => rows.chunk(found.id, start / chunkSize))
    const bytes = intact(chunk, Math.min(chunkSize, found.size - start))
    if (bytes === undefined) throw damaged(hash)
    whole?.update(bytes)
    const wanted = bytes.subarray(Math.max(0, from - start), to - start)
    yield new Uint8Array(wanted.buffer, wanted.byteOffset, wanted.length)
  }
  if (whole !== undefined && whole.digest('hex') !== hash) throw damaged(hash)
}

/** The bytes of a chunk that is as it was written, and as long as it must be. */
function intact(
  chunk: { readonly digest: Buffer; readonly bytes: Buffer } | undefined,
  length: number,
): Buffer | undefined {
  if (chunk?.bytes.length !== length) return undefined
  return chunk.digest.equals(digestOf('sha256', chunk.bytes, 'buffer')) ? chunk.bytes : undefined
}

function unknown(hash: ArtifactHash): KeepupError {
  const message = `There is no artifact ${hash}: it was never stored, or was erased or collected.`
  return new KeepupError('artifact-unknown', message, { details: { hash } })
}

function damaged(hash: ArtifactHash): KeepupError {
  const message = `Artifact ${hash} is damaged: its bytes do not match. Restore the database from a backup, or store the artifact again.`
  return new KeepupError('artifact-damaged', message, { details: { hash } })
}
