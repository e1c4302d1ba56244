import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Where an address lies that is none of the public internet. */
export type AddressKind = 'loopback' | 'private' | 'link-local' | 'own' | 'reserved'

const blocks: readonly (readonly [AddressKind, readonly string[]])[] = [
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10']],
  ['link-local', ['169.254.0.0/16', 'fe80::/10']],
  [
    'reserved',
    [
      '0.0.0.0/8',
      '100.64.0.0/10',
      // Where one cloud answers its machines.
      '168.63.129.16/32',
      '192.0.0.0/24',
      '192.0.2.0/24',
      '192.88.99.0/24',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '224.0.0.0/3',
      '2001::/23',
      '2001:db8::/32',
      // 6to4 carries addresses of IPv4.
      '2002::/16',
      '3fff::/20',
    ],
  ],
]

const lists = blocks.map(([kind, subnets]) => [kind, listOf(subnets)] as const)
const globalUnicast = listOf(['2000::/3'])
const mapped = listOf(['::ffff:0:0/96'])

/**
 * Why an IP address is none of the public internet, by the IANA special-purpose registries; `undefined` where it is one. IPv4 within IPv6 (RFC 4291, 2.5.5.2) is
 * judged as IPv4; other carriers of IPv4, and what is no address, are `reserved`. Addresses of this machine's interfaces are `own`.
 */
export function addressKind(address: string): AddressKind | undefined {
  const [bare = ''] = address.split('%')
  const family = isIP(bare)
  if (family === 0) return 'reserved'
  const type = family === 4 ? 'ipv4' : 'ipv6'
  const found = lists.find(([, list]) => list.check(bare, type))?.[0]
  if (found !== undefined) return found
  if (type === 'ipv6' && !mapped.check(bare, 'ipv6') && !isPlainGlobal(bare)) return 'reserved'
  return isOwn(bare) ? 'own' : undefined
}

function isPlainGlobal(address: string): boolean {
  // RFC 5214: an interface identifier that carries an address of IPv4, as Node and the URL parser write it.
  const isIsatap = /:(?:0|200)?:?5efe:[\da-f.:]+$/i.test(address)
  return globalUnicast.check(address, 'ipv6') && !isIsatap
}

/** Services of this machine may listen at its public address too. */
function isOwn(address: string): boolean {
  return Object.values(networkInterfaces()).some((entries) =>
    entries?.some((entry) => entry.address === address),
  )
}

function listOf(subnets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [address = '', bits] = subnet.split('/')
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}
