import { addressBytes } from './address-bytes.ts'

type Block = readonly [prefix: string, bits: number, kind: string]

/** Blocks of the IANA registry of special addresses of IPv4, and one address at which a cloud answers its machines. */
const blocks4: readonly Block[] = [
  ['0.0.0.0', 8, 'unspecified'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'shared by a provider (CGNAT)'],
  ['127.0.0.0', 8, 'loopback'],
  ['168.63.129.16', 32, 'cloud metadata'],
  ['169.254.0.0', 16, 'link-local, where clouds keep their metadata'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.88.99.0', 24, 'reserved'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'benchmarking'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
]

/** Of IPv6 the blocks with a name of their own; beside them, whatever is not in 2000::/3. */
const blocks6: readonly Block[] = [
  ['::', 128, 'unspecified'],
  ['::1', 128, 'loopback'],
  ['64:ff9b:1::', 48, 'private (NAT64)'],
  ['2001::', 23, 'reserved'],
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, 'a tunnel (6to4)'],
  ['3fff::', 20, 'documentation'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'private (site-local)'],
  ['ff00::', 8, 'multicast'],
]

/** Prefixes whose last four bytes are an address of IPv4 that is reached through them: IPv4-mapped (RFC 4291), NAT64 (RFC 6052). */
const carriers: readonly Block[] = [
  ['::ffff:0:0', 96, 'IPv4-mapped'],
  ['64:ff9b::', 96, 'NAT64'],
]

/**
 * Why an address is none of the public internet, in words; `undefined` where it is one. Follows the IANA special-purpose registries; an address of IPv4
 * inside one of IPv6 is judged as what it is. What is no address at all is refused.
 */
export function addressRefusal(address: string): string | undefined {
  const bytes = addressBytes(address)
  if (bytes === undefined) return 'no IP address'
  if (bytes.length === 4) return kindIn(blocks4, bytes)
  const inner = bytes.slice(12)
  const carrier = kindIn(carriers, bytes)
  if (carrier !== undefined) return within(carrier, inner)
  const kind = kindIn(blocks6, bytes) ?? (isGlobal(bytes) ? undefined : 'reserved')
  return kind ?? (isIsatap(bytes) ? within('ISATAP', inner) : undefined)
}

function within(carrier: string, inner: readonly number[]): string | undefined {
  const kind = kindIn(blocks4, inner)
  return kind === undefined ? undefined : `${kind} (${carrier} of ${inner.join('.')})`
}

function kindIn(blocks: readonly Block[], bytes: readonly number[]): string | undefined {
  return blocks.find(([prefix, bits]) => sharesPrefix(bytes, addressBytes(prefix) ?? [], bits))?.[2]
}

function sharesPrefix(bytes: readonly number[], prefix: readonly number[], bits: number): boolean {
  return bytes.every((byte, index) => {
    const shift = Math.min(8, Math.max(0, 8 - (bits - index * 8)))
    return byte >> shift === (prefix[index] ?? 0) >> shift
  })
}

/** 2000::/3 */
function isGlobal([first = 0]: readonly number[]): boolean {
  return first >> 5 === 1
}

/** RFC 5214: an interface identifier that names an address of IPv4. */
function isIsatap(bytes: readonly number[]): boolean {
  const [first = 0, ...rest] = bytes.slice(8, 12)
  return (first & 0xfd) === 0 && rest.join('.') === '0.94.254'
}
