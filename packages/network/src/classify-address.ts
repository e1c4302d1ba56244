import { networkInterfaces } from 'node:os'

import { addressBytes } from './address-bytes.ts'
import { type AddressCarrier, findCarrier } from './find-carrier.ts'
import { hasPrefix } from './has-prefix.ts'
import { type AddressKind, type Block, specialBlocks4, specialBlocks6 } from './special-blocks.ts'

/** What an address is. */
export interface AddressClass {
  readonly kind: AddressKind
  /** The kind for a sentence: `private`, `loopback (IPv4-mapped of 127.0.0.1)`. */
  readonly words: string
  /** How it leads to an address of IPv4, also where that is public. The kind is that address's. */
  readonly carrier?: AddressCarrier
}

type Found = Pick<AddressClass, 'kind' | 'words'>

const anywhere: Found = { kind: 'public', words: 'public' }

/**
 * What an IP address is, by the IANA special-purpose registries: `public`, or why it is none of the public internet. An address of IPv4 inside one of IPv6 is judged
 * as what it is; a zone is passed over. What is no address as `node:net` spells them is `reserved`. Never fails.
 */
export function classifyAddress(address: string): AddressClass {
  const bytes = addressBytes(address)
  if (bytes === undefined) return { kind: 'reserved', words: 'no IP address' }
  if (bytes.length === 4) return judged4(bytes)
  const carrier = findCarrier(bytes)
  // A tunnel's ends are addresses of the world; the prefixes of the others are nobody's.
  const outer = carrier === undefined || carrier === 'ISATAP' ? judged6(bytes) : anywhere
  if (carrier === undefined || outer.kind !== 'public') return outer
  const inner = bytes.slice(12)
  const { kind, words } = judged4(inner)
  return { kind, words: kind === 'public' ? words : `${words} (${carrier} of ${inner.join('.')})`, carrier }
}

function judged4(bytes: readonly number[]): Found {
  return foundIn(specialBlocks4, bytes) ?? judgedOwn(bytes)
}

function judged6(bytes: readonly number[]): Found {
  const found = foundIn(specialBlocks6, bytes)
  if (found !== undefined) return found
  return hasPrefix(bytes, '2000::', 3) ? judgedOwn(bytes) : { kind: 'reserved', words: 'reserved' }
}

function foundIn(blocks: readonly Block[], bytes: readonly number[]): Found | undefined {
  const found = blocks.find(({ prefix, bits }) => hasPrefix(bytes, prefix, bits))
  return found && { kind: found.kind, words: found.words }
}

/** Services of this machine may listen at its public address too. */
function judgedOwn(bytes: readonly number[]): Found {
  const wanted = bytes.join('.')
  const isOwn = Object.values(networkInterfaces()).some((entries) =>
    entries?.some(({ address }) => addressBytes(address)?.join('.') === wanted),
  )
  return isOwn ? { kind: 'own', words: 'an address of this machine' } : anywhere
}
