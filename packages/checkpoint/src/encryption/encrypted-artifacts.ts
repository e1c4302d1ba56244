import { createHmac } from 'node:crypto'

import {
  type ArtifactHash,
  type ArtifactInfo,
  type ArtifactStore,
  type Key,
  KeepupError,
  type KeyRing,
} from '@keepup/core'

import { chunked } from '../backend/chunked.ts'
import { openBytes, sealBytes } from './sealed-bytes.ts'

/** Bytes of content in one sealed piece. */
const pieceSize = 65_536
/** What sealing adds to a piece: nonce and tag. */
const overhead = 28
/** What comes before the pieces: the mark and the id of the key, filled up with spaces. */
const headSize = 128
const mark = 'keepup-sealed-artifact 1 '

/**
 * An artifact store that encrypts bytes before they reach the one it is over, in pieces of 64 KiB, under the key of one scope of the ring. An artifact's hash is that of
 * the encrypted bytes, so that the store below can be verified, exported and copied without keys; sizes are those of the content. The same bytes twice are one
 * artifact as long as the key is the same. What was stored before is read as it is. Fails `keys-required` for a missing or wrong key.
 */
export function encryptedArtifacts(below: ArtifactStore, ring: KeyRing, scope = 'artifacts'): ArtifactStore {
  async function headOf(hash: ArtifactHash): Promise<string | undefined> {
    const parts: Uint8Array[] = []
    for await (const part of below.get(hash, { from: 0, to: headSize })) parts.push(part)
    const text = Buffer.concat(parts).toString('latin1')
    return text.length === headSize && text.startsWith(mark) ? text.slice(mark.length).trim() : undefined
  }

  async function describe(hash: ArtifactHash): Promise<ArtifactInfo | undefined> {
    const info = await below.describe(hash)
    if (info === undefined || (await headOf(hash)) === undefined) return info
    const sealed = info.size - headSize
    return { ...info, size: sealed - overhead * Math.ceil(sealed / (pieceSize + overhead)) }
  }

  async function* get(
    hash: ArtifactHash,
    range: { readonly from?: number; readonly to?: number } = {},
  ): AsyncGenerator<Uint8Array> {
    const id = (await below.describe(hash)) === undefined ? undefined : await headOf(hash)
    if (id === undefined) return yield* below.get(hash, range)
    const key = await ring.get(scope, id)
    if (key === undefined) throw lostKey(hash, id)
    const from = Math.max(0, range.from ?? 0)
    const to = Math.min(range.to ?? Infinity, (await describe(hash))?.size ?? 0)
    const first = Math.floor(from / pieceSize)
    const sealed = below.get(hash, {
      from: headSize + first * (pieceSize + overhead),
      to: headSize + Math.ceil(to / pieceSize) * (pieceSize + overhead),
    })
    let index = first
    for await (const piece of from < to ? chunked(sealed, pieceSize + overhead) : []) {
      const bytes = openBytes(key, placeOf(scope, index), piece, `Artifact ${hash}`)
      const start = index * pieceSize
      const wanted = bytes.subarray(Math.max(0, from - start), Math.max(0, to - start))
      index += 1
      if (wanted.length > 0) yield new Uint8Array(wanted.buffer, wanted.byteOffset, wanted.length)
    }
  }

  return {
    async put(content, about) {
      const key = await ring.get(scope)
      if (key === undefined) throw lostKey('that is new', 'at present')
      const { hash, mediaType, label } = await below.put(sealPieces(key, scope, content), about)
      return { hash, mediaType, label, size: (await describe(hash))?.size ?? 0 }
    },
    get,
    describe,
    collect: (olderThan) => below.collect(olderThan),
    [Symbol.asyncDispose]: () => below[Symbol.asyncDispose](),
  }
}

async function* sealPieces(
  key: Key,
  scope: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${mark}${key.id}`.padEnd(headSize), 'latin1')
  let index = 0
  for await (const piece of chunked(content, pieceSize)) {
    const place = placeOf(scope, index)
    // Made of place and content, so that the same bytes are one artifact: no nonce meets two contents.
    const nonce = createHmac('sha256', key.bytes).update(`nonce ${place}\n`).update(piece).digest()
    yield sealBytes(key, place, piece, nonce.subarray(0, 12))
    index += 1
  }
}

function placeOf(scope: string, index: number): string {
  return JSON.stringify(['keepup-sealed-artifact', 1, scope, index])
}

function lostKey(hash: ArtifactHash, id: string): KeepupError {
  const message =
    `Artifact ${hash} is encrypted under key ${id}, which this key ring does not have: it was destroyed, or lies in another ring. ` +
    'Give the ring it was written with; what was destroyed on purpose is gone.'
  return new KeepupError('keys-required', message, { details: { key: id, hash, reason: 'missing' } })
}
