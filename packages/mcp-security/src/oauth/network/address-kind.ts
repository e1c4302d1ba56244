import { type AddressKind as AnyKind, classifyAddress } from '@keepup/network'

/** Where an address lies that is none of the public internet. */
export type AddressKind = Exclude<AnyKind, 'public'>

/**
 * Why an IP address is none of the public internet; `undefined` where it is one. An issuer has no need of tunnels: what carries IPv4 in IPv6 is `reserved`, but for
 * IPv4-mapped addresses, which are judged as what they carry.
 */
export function addressKind(address: string): AddressKind | undefined {
  const { kind, carrier = 'IPv4-mapped' } = classifyAddress(address)
  if (carrier !== 'IPv4-mapped') return 'reserved'
  return kind === 'public' ? undefined : kind
}
