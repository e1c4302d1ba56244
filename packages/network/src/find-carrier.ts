import { hasPrefix } from './has-prefix.ts'

/** A way in which an address of IPv6 leads to one of IPv4: IPv4-mapped (RFC 4291), NAT64 (RFC 6052), ISATAP (RFC 5214). */
export type AddressCarrier = 'IPv4-mapped' | 'NAT64' | 'ISATAP'

/** How an address leads to the one of IPv4 in its last four bytes; `undefined` where it does not. */
export function findCarrier(bytes: readonly number[]): AddressCarrier | undefined {
  if (bytes.length !== 16) return undefined
  if (hasPrefix(bytes, '::ffff:0:0', 96)) return 'IPv4-mapped'
  if (hasPrefix(bytes, '64:ff9b::', 96)) return 'NAT64'
  return isIsatap(bytes) ? 'ISATAP' : undefined
}

/** An interface identifier that names an address of IPv4, whether or not it is one of the whole world. */
function isIsatap(bytes: readonly number[]): boolean {
  const [first = 0, ...rest] = bytes.slice(8, 12)
  return (first & 0xfd) === 0 && rest.join('.') === '0.94.254'
}
