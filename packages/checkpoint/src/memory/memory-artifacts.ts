import { hash as digest } from 'node:crypto'

import {
  type ArtifactHash,
  type ArtifactInfo,
  type ArtifactStore,
  type Clock,
  joinLabels,
  KeepupError,
  systemClock,
  type Timestamp,
} from '@keepup/core'

/** Artifacts in memory, with what a checkpointer in the same process must tell them. */
export interface MemoryArtifacts extends ArtifactStore {
  has(hash: ArtifactHash): boolean
  /** One more entry names each of these. */
  hold(hashes: readonly ArtifactHash[]): void
  /** One entry less names each of these. `destroy`: those that no entry names any more go at once, as after an erasure. */
  release(hashes: readonly ArtifactHash[], what: 'keep' | 'destroy'): void
}

interface StoredArtifact {
  info: ArtifactInfo
  readonly bytes: Uint8Array
  /** When it was last put. */
  put: Timestamp
  /** How many entries name it. */
  holds: number
}

/**
 * An artifact store that lives and dies with this process; the given `clock` tells how old an artifact is. Hand it to `memoryCheckpointer` too, which
 * tells it what entries name.
 */
export function memoryArtifacts(options: { readonly clock?: Clock } = {}): MemoryArtifacts {
  const clock = options.clock ?? systemClock
  const artifacts = new Map<ArtifactHash, StoredArtifact>()
  const store: MemoryArtifacts = {
    async put(content, about) {
      const bytes = await gather(content)
      const hash = digest('sha256', bytes)
      const found = artifacts.get(hash)
      const label = found === undefined ? about.label : joinLabels(found.info.label, about.label)
      const mediaType = found?.info.mediaType ?? about.mediaType
      const info = { hash, size: bytes.length, mediaType, label: structuredClone(label) }
      if (found === undefined) artifacts.set(hash, { info, bytes, put: clock.now(), holds: 0 })
      else Object.assign(found, { info, put: clock.now() })
      return structuredClone(info)
    },
    get: (hash, range) => read(artifacts.get(hash), hash, range),
    describe: (hash) => Promise.resolve(structuredClone(artifacts.get(hash)?.info)),
    collect: (olderThan) => {
      const before = clock.now() - olderThan
      const gone = [...artifacts.values()].filter(({ holds, put }) => holds === 0 && put <= before)
      for (const { info } of gone) artifacts.delete(info.hash)
      return Promise.resolve({
        artifacts: gone.length,
        size: gone.reduce((sum, { info }) => sum + info.size, 0),
      })
    },
    has: (hash) => artifacts.has(hash),
    hold: (hashes) => {
      for (const artifact of those(hashes)) artifact.holds += 1
    },
    release: (hashes, what) => {
      for (const artifact of those(hashes)) {
        artifact.holds -= 1
        if (artifact.holds === 0 && what === 'destroy') artifacts.delete(artifact.info.hash)
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  return store

  function those(hashes: readonly ArtifactHash[]): StoredArtifact[] {
    return hashes.flatMap((hash) => artifacts.get(hash) ?? [])
  }
}

async function gather(content: Uint8Array | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return Uint8Array.from(content)
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(Uint8Array.from(part))
  return new Uint8Array(Buffer.concat(parts))
}

/** Hands out bytes in parts, as a store on disk would. */
async function* read(
  artifact: StoredArtifact | undefined,
  hash: ArtifactHash,
  range: { readonly from?: number; readonly to?: number } = {},
): AsyncGenerator<Uint8Array> {
  if (artifact === undefined) {
    const message = `There is no artifact ${hash}: it was never stored, or was erased or collected.`
    throw new KeepupError('artifact-unknown', message, { details: { hash } })
  }
  const end = Math.min(range.to ?? Infinity, artifact.bytes.length)
  for (let from = Math.max(0, range.from ?? 0); from < end; from += partSize) {
    yield artifact.bytes.slice(from, Math.min(from + partSize, end))
  }
}

const partSize = 65_536
