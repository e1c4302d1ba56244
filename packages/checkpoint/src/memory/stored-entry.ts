import type { Entry, Hash } from '@keepup/core'

import { decodeValue } from '../decode-value.ts'
import { chainHash, dataHash } from '../entry-hash.ts'
import type { SealedEntry } from '../seal-entry.ts'

/** An entry at rest: its header, and its data as bytes, so that nothing outside can change it. */
export interface StoredEntry {
  readonly header: Omit<Entry, 'data'>
  /** `undefined` once erased. */
  readonly bytes: Uint8Array | undefined
  /** The hash that the next entry follows. */
  readonly chain: Hash
}

/** Puts a sealed entry to rest. */
export function storeEntry(sealed: SealedEntry): StoredEntry {
  // Emptying a property is several times cheaper than leaving it out.
  const header: Entry = { ...sealed.entry, data: undefined }
  return { header, bytes: sealed.bytes, chain: chainHash(sealed.entry) }
}

/** A fresh copy for a reader. */
export function loadEntry(stored: StoredEntry): Entry {
  return { ...stored.header, data: stored.bytes === undefined ? undefined : decodeValue(stored.bytes) }
}

/** The entry without data and salt; the chain stays verifiable. */
export function eraseEntry(stored: StoredEntry): StoredEntry {
  if (stored.bytes === undefined) return stored
  const inner = dataHash(stored.header.salt, stored.bytes)
  return {
    header: { ...stored.header, salt: '', erased: true, dataHash: inner },
    bytes: undefined,
    chain: stored.chain,
  }
}
