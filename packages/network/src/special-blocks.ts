/** Where an address lies. `own`: an address of this machine's interfaces; `reserved`: for whatever else than hosts of the public internet. */
export type AddressKind = 'public' | 'loopback' | 'private' | 'link-local' | 'own' | 'reserved'

/** Addresses that share their first bits, and what they are, in words. */
export interface Block {
  readonly prefix: string
  readonly bits: number
  readonly kind: AddressKind
  readonly words: string
}

function block(prefix: string, bits: number, kind: AddressKind, words: string = kind): Block {
  return { prefix, bits, kind, words }
}

/** Blocks of the IANA registry of special addresses of IPv4, and one address at which a cloud answers its machines. */
export const specialBlocks4: readonly Block[] = [
  block('0.0.0.0', 8, 'reserved', 'unspecified'),
  block('10.0.0.0', 8, 'private'),
  block('100.64.0.0', 10, 'reserved', 'shared by a provider (CGNAT)'),
  block('127.0.0.0', 8, 'loopback'),
  block('168.63.129.16', 32, 'reserved', 'cloud metadata'),
  block('169.254.0.0', 16, 'link-local', 'link-local, where clouds keep their metadata'),
  block('172.16.0.0', 12, 'private'),
  block('192.0.0.0', 24, 'reserved'),
  block('192.0.2.0', 24, 'reserved', 'documentation'),
  block('192.88.99.0', 24, 'reserved'),
  block('192.168.0.0', 16, 'private'),
  block('198.18.0.0', 15, 'reserved', 'benchmarking'),
  block('198.51.100.0', 24, 'reserved', 'documentation'),
  block('203.0.113.0', 24, 'reserved', 'documentation'),
  block('224.0.0.0', 4, 'reserved', 'multicast'),
  block('240.0.0.0', 4, 'reserved'),
]

/** Of IPv6 the blocks with a name of their own; beside them, whatever is not in 2000::/3 is reserved. */
export const specialBlocks6: readonly Block[] = [
  block('::', 128, 'reserved', 'unspecified'),
  block('::1', 128, 'loopback'),
  block('64:ff9b:1::', 48, 'reserved', 'private (NAT64)'),
  block('2001::', 23, 'reserved'),
  block('2001:db8::', 32, 'reserved', 'documentation'),
  block('2002::', 16, 'reserved', 'a tunnel (6to4)'),
  block('3fff::', 20, 'reserved', 'documentation'),
  block('fc00::', 7, 'private'),
  block('fe80::', 10, 'link-local'),
  block('fec0::', 10, 'private', 'private (site-local)'),
  block('ff00::', 8, 'reserved', 'multicast'),
]
