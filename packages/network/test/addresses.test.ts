import { networkInterfaces } from 'node:os'

import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import { classifyAddress, hostOf, pinAddress } from '../src/index.ts'

vi.mock('node:os', { spy: true })

/** Ways to write a host in a URL, and what its address is. */
const spellings: readonly (readonly [string, string])[] = [
  ['127.0.0.1', 'loopback'],
  ['127.1', 'loopback'],
  ['127.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['2130706433', 'loopback'],
  ['0x7f000001', 'loopback'],
  ['0x7f.1', 'loopback'],
  ['0177.0.0.1', 'loopback'],
  ['017700000001', 'loopback'],
  ['127.0.0.1.', 'loopback'],
  ['%31%32%37.0.0.1', 'loopback'],
  ['127。0。0。1', 'loopback'],
  ['①②⑦.0.0.1', 'loopback'],
  ['%E2%91%A0%E2%91%A1%E2%91%A6.0.0.1', 'loopback'],
  ['0', 'reserved'],
  ['0.0.0.0', 'reserved'],
  ['10.1', 'private'],
  ['012.0.0.5', 'private'],
  ['0x0a000005', 'private'],
  ['100.64.0.1', 'reserved'],
  ['100.127.255.255', 'reserved'],
  ['168.63.129.16', 'reserved'],
  ['169.254.169.254', 'link-local'],
  ['2852039166', 'link-local'],
  ['0xA9.0xFE.0xA9.0xFE', 'link-local'],
  ['0251.0376.0251.0376', 'link-local'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.0.0.192', 'reserved'],
  ['192.168.257', 'private'],
  ['3232235777', 'private'],
  ['198.18.0.1', 'reserved'],
  ['198.19.255.255', 'reserved'],
  ['224.0.0.1', 'reserved'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'reserved'],
  ['[::]', 'reserved'],
  ['[::1]', 'loopback'],
  ['[0:0:0:0:0:0:0:1]', 'loopback'],
  ['[::127.0.0.1]', 'reserved'],
  ['[::ffff:127.0.0.1]', 'loopback'],
  ['[::ffff:7f00:1]', 'loopback'],
  ['[::FFFF:a9fe:a9fe]', 'link-local'],
  ['[0:0:0:0:0:ffff:10.0.0.5]', 'private'],
  ['[::ffff:0:127.0.0.1]', 'reserved'],
  ['[64:ff9b::127.0.0.1]', 'loopback'],
  ['[64:ff9b::a9fe:a9fe]', 'link-local'],
  ['[64:ff9b:1::1]', 'reserved'],
  ['[2001:0:7f00:1::]', 'reserved'],
  ['[2001:db8::1]', 'reserved'],
  ['[2001:470::5efe:127.0.0.1]', 'loopback'],
  ['[2001:4860::200:5efe:10.0.0.1]', 'private'],
  ['[2002:7f00:1::]', 'reserved'],
  ['[3fff::1]', 'reserved'],
  ['[5f00::1]', 'reserved'],
  ['[fc00::1]', 'private'],
  ['[fd00:ec2::254]', 'private'],
  ['[fe80::1]', 'link-local'],
  ['[fec0::1]', 'private'],
  ['[ff02::1]', 'reserved'],
  ['[100::1]', 'reserved'],
]

test.each(spellings)('%s is %s, however it is written', (spelling, kind) => {
  expect(classifyAddress(hostOf(new URL(`http://${spelling}/`))).kind).toBe(kind)
})

test('the neighbours of each block are public, and so is an address of IPv4 that is carried', () => {
  const open =
    '1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 2000::1 2001:200::1 2003::1 2606:4700:4700::1111 3fff:1000::1 2606:4700::1:5efe:a00:1 2606:4700:5efe::1 2606:4700::1%eth0'.split(
      ' ',
    )
  expect(open.map((address) => classifyAddress(address))).toEqual(
    open.map(() => ({ kind: 'public', words: 'public' })),
  )
  expect(
    ['::ffff:8.8.8.8', '64:ff9b::808:808', '2001:470::5efe:8.8.8.8'].map((address) =>
      classifyAddress(address),
    ),
  ).toEqual(
    ['IPv4-mapped', 'NAT64', 'ISATAP'].map((carrier) => ({ kind: 'public', words: 'public', carrier })),
  )
})

test('what an address is, is said, with what it leads to', () => {
  expect(classifyAddress('::ffff:127.0.0.1')).toEqual({
    kind: 'loopback',
    words: 'loopback (IPv4-mapped of 127.0.0.1)',
    carrier: 'IPv4-mapped',
  })
  expect(classifyAddress('169.254.169.254').words).toBe('link-local, where clouds keep their metadata')
  // The tunnel itself leads nowhere public.
  expect(classifyAddress('fe80::5efe:8.8.8.8')).toEqual({ kind: 'link-local', words: 'link-local' })
})

test('what is no address is reserved, and cannot be connected to', () => {
  const odd = [
    '',
    'localhost',
    '127.1',
    '0177.0.0.1',
    '127.0.0.1\0',
    '127.0.0.1%1',
    '1.2.3.4 ',
    '[::1]',
    '::1/128',
  ]
  expect(odd.map((text) => [classifyAddress(text).kind, pinAddress(text)])).toEqual(
    odd.map(() => ['reserved', undefined]),
  )
  expect([pinAddress('10.0.0.1'), pinAddress('fe80::1%eth0')]).toEqual([
    { address: '10.0.0.1', family: 4 },
    { address: 'fe80::1%eth0', family: 6 },
  ])
  fc.assert(
    fc.property(
      fc.string(),
      (text) => pinAddress(text) !== undefined || classifyAddress(text).kind === 'reserved',
    ),
  )
})

test('every address of a block is of its kind, also as IPv4-mapped', () => {
  const blocks = [
    ['10', 'private'],
    ['127', 'loopback'],
    ['240', 'reserved'],
  ] as const
  const byte = fc.nat(255)
  fc.assert(
    fc.property(fc.constantFrom(...blocks), byte, byte, byte, ([first, kind], ...rest) => {
      const address = [first, ...rest].join('.')
      expect([address, `::ffff:${address}`].map((text) => classifyAddress(text).kind)).toEqual([kind, kind])
    }),
  )
})

test('public addresses of this machine are its own, in every spelling', () => {
  const common = { netmask: '', mac: '', internal: false, cidr: null }
  vi.mocked(networkInterfaces).mockReturnValue({
    eth0: [
      { ...common, address: '93.184.216.34', family: 'IPv4' },
      { ...common, address: '2606:2800:220:1::1', family: 'IPv6', scopeid: 0 },
    ],
  })
  const own = ['93.184.216.34', '::ffff:93.184.216.34', '::ffff:5db8:d822', '2606:2800:0220:0001:0:0:0:1']
  expect(own.map((address) => classifyAddress(address).kind)).toEqual(own.map(() => 'own'))
  expect(['93.184.216.35', '2606:2800:220:1::2'].map((address) => classifyAddress(address).kind)).toEqual([
    'public',
    'public',
  ])
})
