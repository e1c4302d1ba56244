import { expect, test } from 'vitest'

import { hostOf, namesHost, namesPort, portOf, resolveHost } from '../src/index.ts'

const never = new AbortController().signal

test.each([
  ['https://EXAMPLE.com./', 'example.com'],
  ['https://аррӏе.com/', 'xn--80ak6aa92e.com'],
  ['http://[::FFFF:10.0.0.1]:8080/', '::ffff:a00:1'],
  ['http://2130706433/', '127.0.0.1'],
  ['http://good.test@evil.test/', 'evil.test'],
])('the host of %s is %s', (url, host) => {
  expect(hostOf(new URL(url))).toBe(host)
})

test('a port is known where the scheme says it', () => {
  expect(['http://a', 'https://a', 'https://a:80'].map((url) => portOf(new URL(url)))).toEqual([80, 443, 80])
})

test.each([
  ['wiki.test', 'http://wiki.test/', true],
  ['WIKI.test.', 'http://wiki.test/', true],
  ['wiki.test', 'http://a.wiki.test/', false],
  ['*.test', 'http://wiki.test/', true],
  ['*.test', 'http://a.wiki.test./', true],
  ['*.test', 'http://test/', false],
  ['*.test', 'http://wiki.test.evil/', false],
  ['*.wiki.test', 'http://evilwiki.test/', false],
  ['*.0.0.1', 'http://127.0.0.1/', false],
  ['*.', 'http://wiki.test/', false],
  ['*', 'http://wiki.test/', false],
  ['', 'http://wiki.test/', false],
  ['10.0.0.7', 'http://10.0.0.7:8080/', true],
  ['10.0.0.7', 'http://10.7/', true],
  ['[::1]', 'http://[0::1]/', true],
  ['::1', 'http://[::1]/', true],
  ['localhost:3000', 'http://localhost:3000/', true],
  ['localhost:3000', 'http://localhost:3001/', false],
  ['[::1]:3000', 'http://[::1]:3000/', true],
  ['wiki.test:443', 'https://wiki.test/', true],
  ['wiki.test:443', 'http://wiki.test/', false],
])('the list %s names %s: %s', (entry, url, expected) => {
  expect(namesHost(['other.test', entry], new URL(url))).toBe(expected)
  expect(namesPort([entry], new URL(url))).toBe(expected && /:\d+$/.test(entry) && entry !== '::1')
})

test('a name is asked for once, an address is not', async () => {
  const asked: string[] = []
  const resolve = async (host: string): Promise<readonly string[]> => {
    asked.push(host)
    return ['192.0.2.1', 'not an address']
  }
  const ask = (host: string): Promise<readonly string[]> => resolveHost(host, { resolve, signal: never })
  expect(await ask('name.test')).toEqual(['192.0.2.1', 'not an address'])
  expect([await ask('10.0.0.1'), await ask('::1')]).toEqual([['10.0.0.1'], ['::1']])
  expect(asked).toEqual(['name.test'])
  expect(await resolveHost('localhost', { signal: never })).toEqual(
    expect.arrayContaining([expect.stringMatching(/^(127\.0\.0\.1|::1)$/)]),
  )
})

test('a resolver that fails is heard, and one that does not answer is left once that is aborted', async () => {
  const failing = { resolve: () => Promise.reject(new Error('ENOTFOUND')), signal: never }
  await expect(resolveHost('name.test', failing)).rejects.toThrow('ENOTFOUND')
  const stop = new AbortController()
  const waiting = resolveHost('name.test', { resolve: () => new Promise(() => {}), signal: stop.signal })
  stop.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  await expect(
    resolveHost('name.test', { resolve: async () => ['192.0.2.1'], signal: stop.signal }),
  ).rejects.toThrow('enough')
})
