import { createHash, hash as digestOf } from 'node:crypto'

import {
  type ArtifactHash,
  type ArtifactInfo,
  type ArtifactStore,
  KeepupError,
  type Label,
} from '@keepup/core'

import { canonicalLabel } from '../label-id.ts'
import type { ArtifactRows, StoredChunk } from './artifact-rows.ts'
import { chunked } from './chunked.ts'

/** So many bytes are in memory for one artifact at a time, and in one row. */
const chunkSize = 65_536

/** An artifact store over rows: an artifact that is being put cannot be seen until it is whole, nothing damaged is given out, and putting it again heals it. */
export function artifactsOverRows(rows: ArtifactRows): ArtifactStore {
  return {
    put: (content, about) => put(rows, content, about),
    get: (hash, range) => read(rows, hash, range),
    describe: (hash) => rows.describe(hash),
    collect: (olderThan) => rows.collect(olderThan),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

async function put(
  rows: ArtifactRows,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  about: { readonly mediaType: string; readonly label: Label },
): Promise<ArtifactInfo> {
  const label = canonicalLabel(about.label)
  const id = await rows.begin(about.mediaType, label)
  try {
    const whole = createHash('sha256')
    let size = 0
    let number = 0
    for await (const chunk of chunked(content, chunkSize)) {
      whole.update(chunk)
      size += chunk.length
      await rows.addChunk(id, number, digestOf('sha256', chunk, 'buffer'), chunk)
      number += 1
    }
    const hash = whole.digest('hex')
    if (await isDamaged(rows, hash)) await rows.heal(id, { hash, size })
    return await rows.finish(id, { hash, size, label })
  } catch (error) {
    await rows.remove(id)
    throw error
  }
}

/** Whether bytes are stored under a hash that are not as they were stored. Reads all of them. */
async function isDamaged(rows: ArtifactRows, hash: ArtifactHash): Promise<boolean> {
  if ((await rows.find(hash)) === undefined) return false
  try {
    for await (const bytes of read(rows, hash)) void bytes
    return false
  } catch (error) {
    if (KeepupError.is(error, 'artifact-damaged')) return true
    // Erased between the two looks.
    if (KeepupError.is(error, 'artifact-unknown')) return false
    throw error
  }
}

/** The bytes of an artifact, or a part of them; see `ArtifactStore.get`. */
async function* read(
  rows: ArtifactRows,
  hash: ArtifactHash,
  range: { readonly from?: number; readonly to?: number } = {},
): AsyncGenerator<Uint8Array> {
  const found = await rows.find(hash)
  if (found === undefined) throw unknown(hash)
  const from = Math.max(0, range.from ?? 0)
  const to = Math.min(range.to ?? Infinity, found.size)
  const whole = from === 0 && to === found.size ? createHash('sha256') : undefined
  for (let place = Math.floor(from / chunkSize); place * chunkSize < to; place += 1) {
    const start = place * chunkSize
    const bytes = intact(await rows.chunk(found.id, place), Math.min(chunkSize, found.size - start))
    if (bytes === undefined) throw damaged(hash)
    whole?.update(bytes)
    const wanted = bytes.subarray(Math.max(0, from - start), to - start)
    yield new Uint8Array(wanted.buffer, wanted.byteOffset, wanted.length)
  }
  if (whole !== undefined && whole.digest('hex') !== hash) throw damaged(hash)
}

/** The bytes of a chunk that is as it was written, and as long as it must be. */
function intact(chunk: StoredChunk | undefined, length: number): Buffer | undefined {
  if (chunk?.bytes.length !== length) return undefined
  return digestOf('sha256', chunk.bytes, 'buffer').equals(chunk.digest) ? chunk.bytes : undefined
}

function unknown(hash: ArtifactHash): KeepupError {
  const message = `There is no artifact ${hash}: it was never stored, or was erased or collected.`
  return new KeepupError('artifact-unknown', message, { details: { hash } })
}

function damaged(hash: ArtifactHash): KeepupError {
  const message = `Artifact ${hash} is damaged: its bytes do not match. Restore the database from a backup, or store the artifact again.`
  return new KeepupError('artifact-damaged', message, { details: { hash } })
}
