import fc from 'fast-check'
import { expect, test } from 'vitest'

import { webFetchTool } from '../../src/web/index.ts'
import { textOf } from '../call-tool.ts'
import { allowed, codeOf, fetchOnce } from './fetch.ts'
import { serve } from './web-server.ts'

/** Ways to write an address that is none of the public internet. */
const spellings = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '017700000001',
  '127.0.0.1.',
  '%31%32%37.0.0.1',
  '127。0。0。1',
  '①②⑦.0.0.1',
  '0',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.168.0.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::127.0.0.1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:169.254.169.254]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[2001:db8::1]',
  '[2001:470::5efe:127.0.0.1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[100::1]',
]

test.each(spellings)('%s is refused, however it is written', async (host) => {
  const trap = await serve((_, response) => response.end('reached'))
  const outcome = await fetchOnce(`http://${host}:${trap.port}/`, { ports: 'unprivileged' })
  expect([codeOf(outcome), trap.connections]).toEqual(['address-refused', 0])
  expect(textOf(outcome)).toMatch(/allow it with allowHosts/)
})

test('the same server is reached where it is allowed, by host, by host and port, or altogether', async () => {
  const server = await serve((_, response) => response.end('reached'))
  const url = `http://127.0.0.1:${server.port}/`
  for (const options of [
    { allowHosts: ['127.0.0.1'], ports: 'unprivileged' },
    { allowHosts: [`127.0.0.1:${server.port}`] },
    { allowPrivate: true, ports: 'unprivileged' },
  ] as const)
    expect(textOf(await fetchOnce(url, options))).toMatch(/^reached/)
  const other = {
    allowHosts: [`127.0.0.1:${server.port + 1}`, '*.0.0.1', 'site.test'],
    ports: 'unprivileged',
  } as const
  expect(codeOf(await fetchOnce(url, other))).toBe('address-refused')
})

test('whatever a name answers with is judged, every one of its addresses', async () => {
  const trap = await serve((_, response) => response.end('reached'))
  for (const answer of [
    ['127.0.0.1'],
    ['2606:4700::1111', '127.0.0.1'],
    ['fe80::1%eth0'],
    ['::1%1'],
    ['not an address'],
    ['localhost'],
    ['127.0.0.1\0'],
  ]) {
    const outcome = await fetchOnce(`http://name.test:${trap.port}/`, {
      ports: 'unprivileged',
      resolve: async () => answer,
    })
    expect([answer, codeOf(outcome)]).toEqual([answer, 'address-refused'])
  }
  for (const resolve of [async () => [], async () => Promise.reject(new Error('ENOTFOUND'))])
    expect(codeOf(await fetchOnce('http://name.test/', { resolve }))).toBe('host-unknown')
  expect(codeOf(await fetchOnce(`http://localhost:${trap.port}/`, { ports: 'unprivileged' }))).toBe(
    'address-refused',
  )
  expect(trap.connections).toBe(0)
})

test('a name that changes its mind is asked once, and its first answer is connected to', async () => {
  const trap = await serve((_, response) => response.end('reached'))
  let asked = 0
  const rebinding = async (): Promise<readonly string[]> =>
    asked++ === 0 ? ['2606:4700::1111'] : ['127.0.0.1']
  const outcome = await fetchOnce(`http://rebinding.test:${trap.port}/`, {
    ports: 'unprivileged',
    resolve: rebinding,
    limits: { headersTime: 300 },
  })
  // Nothing listens there, or nothing leads there.
  expect(['connection-failed', 'response-too-slow']).toContain(codeOf(outcome))
  expect([asked, trap.connections]).toEqual([1, 0])
  // The control: with the second answer first, and allowed, the trap is reached.
  const control = await fetchOnce(`http://rebinding.test:${trap.port}/`, {
    ...allowed,
    allowHosts: ['rebinding.test'],
    resolve: rebinding,
  })
  expect([textOf(control).slice(0, 7), trap.connections]).toEqual(['reached', 1])
})

test.each([
  ['file:///etc/passwd', 'url-refused'],
  ['data:text/html,hello', 'url-refused'],
  ['gopher://site.test/', 'url-refused'],
  ['ftp://site.test/', 'url-refused'],
  ['javascript:alert(1)', 'url-refused'],
  ['blob:http://site.test/1', 'url-refused'],
  ['http://good.test@127.0.0.1/', 'url-refused'],
  ['http://user:password@site.test/', 'url-refused'],
  ['http://good.test\\@127.0.0.1/', 'url-refused'],
  ['http://127.0.0.1\t/', 'url-refused'],
  ['ht\ntp://site.test/', 'url-refused'],
  ['http://site.test/a b', 'url-refused'],
  ['/etc/passwd', 'url-refused'],
  ['site.test', 'url-refused'],
  ['http://', 'url-refused'],
  ['http://[fe80::1%25eth0]/', 'url-refused'],
  ['http://site.test:22/', 'url-refused'],
  ['http://site.test:99999/', 'url-refused'],
  [`http://site.test/${'a'.repeat(10_000)}`, 'url-refused'],
])('%s is refused, nobody is asked', async (url, code) => {
  let asked = 0
  const resolve = async (): Promise<readonly string[]> => {
    asked++
    return ['127.0.0.1']
  }
  const outcome = await fetchOnce(url, { ...allowed, resolve })
  expect([codeOf(outcome), asked]).toEqual([code, 0])
})

test('policies see the host that is connected to, in punycode', () => {
  const tool = webFetchTool()
  const hostOf = (url: string): string | undefined => tool.effects({ url })[0]?.target
  expect(hostOf('https://EXAMPLE.com./a')).toBe('example.com')
  // Cyrillic letters that look like "apple".
  expect(hostOf('https://аррӏе.com/')).toBe('xn--80ak6aa92e.com')
  expect(hostOf('http://2130706433/')).toBe('127.0.0.1')
  expect(hostOf('http://good.test\\@evil.test/')).toBe('good.test')
  expect(hostOf('http://good.test@evil.test/')).toBe('evil.test')
  expect(hostOf('no URL')).toBe('*')
  expect(hostOf('data:,x')).toBe('*')
  fc.assert(fc.property(fc.string(), (url) => tool.effects({ url }).length === 1))
})

test('a host beyond ASCII is shown in its true spelling', async () => {
  const server = await serve((_, response) => response.end('text'))
  const outcome = await fetchOnce(`http://аррӏе.test:${server.port}/`, { ...allowed, allowHosts: ['*.test'] })
  expect(textOf(outcome)).toMatch(/http:\/\/xn--80ak6aa92e\.test.*true spelling/)
})
