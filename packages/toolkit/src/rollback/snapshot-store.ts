import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type Hash, KeepupError } from '@keepup/core'

import { contentHash } from '../editing/content-hash.ts'
import { replaceFile } from '../replace-file.ts'

/** Keeps bytes by their hash. */
export interface SnapshotStore {
  put(bytes: Uint8Array): Promise<Hash>
  /** Fails `checkpoint-unknown` where there is nothing of that hash. */
  get(hash: Hash): Promise<Buffer>
}

/** Bytes in memory, gone with this process. */
export function memoryStore(): SnapshotStore {
  const kept = new Map<Hash, Buffer>()
  return {
    async put(bytes) {
      const hash = contentHash(bytes)
      if (!kept.has(hash)) kept.set(hash, Buffer.from(bytes))
      return hash
    },
    async get(hash) {
      const bytes = kept.get(hash)
      if (bytes === undefined) throw unknown(hash)
      return bytes
    },
  }
}

/** Bytes as plain files in a folder, which outlive this process. */
export function folderStore(folder: string): SnapshotStore {
  const pathOf = (hash: Hash): string => join(folder, hash.slice(0, 2), hash)
  return {
    async put(bytes) {
      const hash = contentHash(bytes)
      const absolute = pathOf(hash)
      const there = await readFile(absolute).catch(() => undefined)
      if (there !== undefined && contentHash(there) === hash) return hash
      await mkdir(folder, { recursive: true })
      await replaceFile({ place: { absolute, shown: absolute }, bytes, key: hash })
      return hash
    },
    async get(hash) {
      const bytes = await readFile(pathOf(hash)).catch(() => undefined)
      if (bytes === undefined || contentHash(bytes) !== hash) throw unknown(hash)
      return bytes
    },
  }
}

function unknown(hash: Hash): KeepupError {
  return new KeepupError('checkpoint-unknown', `There is no snapshot ${hash}. Take one first.`)
}
