import type { Entry, Hash } from '@keepup/core'

import { encodeValue } from './encode-value.ts'
import { dataHash, entryHash } from './entry-hash.ts'

/** Why an entry is not the one that was hashed after `previous`; `undefined` where it is. */
export function entryMisfit(entry: Entry, previous: Hash): string | undefined {
  const inner = entry.erased === true ? entry.dataHash : dataHash(entry.salt, encodeValue(entry.data))
  if (inner === undefined) return 'it was erased without its data hash'
  if (entryHash(previous, entry, inner) === entry.hash) return undefined
  return 'its hash does not fit its content and the entry before it'
}
