import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, request as httpRequest } from 'node:http'
import { type AddressInfo, createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'

import { bearer } from '../src/guard/bearer.ts'
import { knownHost } from '../src/guard/known-host.ts'
import { ownOrigin } from '../src/guard/own-origin.ts'
import { createServer, listen } from '../src/index.ts'
import { serve, token } from './serve.ts'

/** A request as it is, whatever `fetch` thinks of its headers. */
async function raw(
  port: number,
  {
    path = '/api/threads',
    method = 'GET',
    headers = {},
    body = '',
  }: { path?: string; method?: string; headers?: Record<string, string>; body?: string },
): Promise<{
  readonly status: number
  readonly text: string
  readonly headers: NodeJS.Dict<string | string[]>
}> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ port, host: '127.0.0.1', path, method, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(parts).toString(),
          headers: response.headers,
        }),
      )
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

const known = { authorization: `Bearer ${token}` }

test('nobody comes in without the token', async () => {
  const { port } = await serve()
  for (const authorization of [
    '',
    'Bearer',
    'Bearer x',
    `Basic ${token}`,
    `Bearer ${token}x`,
    `Bearer ${token.slice(0, -1)}`,
  ]) {
    expect((await raw(port, { headers: { authorization } })).status).toBe(401)
  }
  expect((await raw(port, { headers: known })).status).toBe(200)
  expect((await raw(port, { path: '/api/openapi.json' })).status).toBe(401)
})

test('a name that was pointed at this machine is not answered, not even with the token', async () => {
  const { port } = await serve()
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1',
    `localhost.evil.example:${port}`,
  ]) {
    expect((await raw(port, { headers: { ...known, host } })).status).toBe(421)
  }
  expect((await raw(port, { headers: { ...known, host: `LOCALHOST:${port}` } })).status).toBe(200)
})

test('a browser gets a cookie for the token, which pages of others cannot use', async () => {
  const { port } = await serve()
  const host = `127.0.0.1:${port}`
  const json = { 'content-type': 'application/json' }
  const signedIn = await raw(port, {
    path: '/api/session',
    method: 'POST',
    headers: json,
    body: JSON.stringify({ token }),
  })
  expect(signedIn.status).toBe(204)
  const [cookie = ''] = signedIn.headers['set-cookie'] ?? []
  expect(cookie).toMatch(/HttpOnly.*SameSite=Strict/i)
  expect(cookie).not.toContain(token)
  const session = { cookie: cookie.split(';', 1)[0] ?? '' }
  const said = {
    path: '/api/threads/a/signals',
    method: 'POST',
    body: JSON.stringify({ kind: 'steer', text: 'x' }),
  }
  expect(
    (await raw(port, { ...said, headers: { ...json, ...session, origin: `http://${host}` } })).status,
  ).toBe(200)
  for (const foreign of [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: `http://${host}.evil.example` },
    { origin: `http://127.0.0.1:${port + 1}` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]) {
    expect((await raw(port, { ...said, headers: { ...json, ...session, ...foreign } })).status).toBe(403)
    expect((await raw(port, { headers: { ...session, ...foreign } })).status).toBe(403)
  }
  // A form of another page sends no JSON.
  const form = { ...session, 'content-type': 'application/x-www-form-urlencoded' }
  expect((await raw(port, { ...said, headers: form })).status).toBe(400)
  const wrong = await raw(port, {
    path: '/api/session',
    method: 'POST',
    headers: json,
    body: '{"token":"guess"}',
  })
  expect(wrong.status).toBe(401)
  expect(wrong.headers['set-cookie']).toBeUndefined()
})

test.each([
  ['a name that was pointed here', knownHost(['a']), { headers: { host: 'evil' } }, 421],
  ['a page of another origin', ownOrigin(), { headers: { host: 'a', origin: 'http://b' } }, 403],
  ['a page of another site', ownOrigin(), { headers: { host: 'a', 'sec-fetch-site': 'cross-site' } }, 403],
  ['somebody without the token', bearer('a-token').guard, { headers: { host: 'a' } }, 401],
])('without its guard %s would be heard', async (_, guard, request, status) => {
  const app = (): Hono => new Hono()
  const open = app().get('/', (context) => context.text('secret'))
  const guarded = app()
    .use('*', guard)
    .get('/', (context) => context.text('secret'))
  expect((await open.request('http://a/', request)).status).toBe(200)
  expect((await guarded.request('http://a/', request)).status).toBe(status)
})

test('who guesses or floods is slowed down, and told for how long', async () => {
  const { port } = await serve(undefined, { rate: 20 })
  const statuses: number[] = []
  for (let guess = 0; guess < 12; guess += 1) {
    statuses.push((await raw(port, { headers: { authorization: `Bearer ${guess}` } })).status)
  }
  expect(statuses).toContain(429)
  const last = await raw(port, { headers: known })
  expect(last.status).toBe(429)
  expect(Number(last.headers['retry-after'])).toBeGreaterThan(0)
})

test('what is too large, too deep or no JSON is refused, and nothing breaks', async () => {
  const { port, ask } = await serve()
  const json = { ...known, 'content-type': 'application/json' }
  const said = { path: '/api/threads/a/signals', method: 'POST' }
  expect((await raw(port, { ...said, headers: json, body: 'x'.repeat(5_000_000) })).status).toBe(413)
  expect((await raw(port, { ...said, headers: json, body: '['.repeat(100_000) })).status).toBe(400)
  expect(
    (await raw(port, { ...said, headers: json, body: '{"__proto__":{"kind":"steer","text":"x"}}' })).status,
  ).toBe(400)
  expect((await raw(port, { ...said, headers: known, body: '{}' })).status).toBe(400)
  expect((await raw(port, { path: `/api/threads/${'a'.repeat(300)}`, headers: known })).status).toBe(400)
  expect((await raw(port, { path: '/api/threads/a%00b', headers: known })).status).toBe(400)
  expect((await raw(port, { path: '/api/threads/%E0%A4%A', headers: known })).status).toBeGreaterThanOrEqual(
    400,
  )
  expect((await ask('/api/threads')).status).toBe(200)
})

test('pages are served as they are, and nothing above them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-pages-'))
  mkdirSync(join(folder, 'pages'))
  writeFileSync(join(folder, 'pages', 'index.html'), '<h1>here</h1>')
  writeFileSync(join(folder, 'secret'), 'secret')
  const { port } = await serve(undefined, { pages: join(folder, 'pages') })
  const page = await raw(port, { path: '/' })
  expect(page.text).toBe('<h1>here</h1>')
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  expect(page.headers['x-frame-options']).toBe('DENY')
  expect(page.headers['x-content-type-options']).toBe('nosniff')
  for (const path of above) expect((await raw(port, { path })).text).not.toContain('secret')
})

/** Ways to ask for what lies beside a folder of pages. */
const above = [
  '/../secret',
  '/..%2fsecret',
  '/%2e%2e/secret',
  '/..\\secret',
  '//secret',
  '/%2e%2e%5csecret',
  '/index.html/../../secret',
]

test('control: a server that takes paths as they come gives what lies above its pages', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-pages-'))
  writeFileSync(join(folder, 'secret'), 'secret')
  mkdirSync(join(folder, 'pages'))
  writeFileSync(join(folder, 'pages', 'index.html'), '')
  const naive = createHttpServer((request, response) => {
    const path = `${folder}/pages${decodeURIComponent(request.url ?? '')}`
    response.end(existsSync(path) ? readFileSync(path) : '')
  })
  await new Promise<void>((resolve) => void naive.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void naive.close())
  const { port } = naive.address() as AddressInfo // it listens on TCP
  const given = await Promise.all(above.map(async (path) => (await raw(port, { path })).text))
  expect(given.filter((text) => text === 'secret').length).toBeGreaterThanOrEqual(3)
})

test('headers cannot be smuggled into answers', async () => {
  const { port } = await serve()
  const answer = await raw(port, { path: '/api/threads/a%0d%0aset-cookie:%20x=1', headers: known })
  expect(answer.status).toBe(400)
  expect(answer.headers['set-cookie']).toBeUndefined()
})

test('who sends a request drop by drop holds nobody up', async () => {
  const { port, ask } = await serve()
  const slow = Array.from({ length: 100 }, () => {
    const socket = createConnection(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('GET /api/threads HTTP/1.1\r\nHost: ')
    return socket
  })
  expect((await ask('/api/threads')).status).toBe(200)
  for (const socket of slow) socket.destroy()
})

test('a token that could be guessed and a port that is taken are told at the start', async () => {
  expect(() => createServer({ checkpointer: undefined as never, token: 'short', hosts: [] })).toThrow(
    /16 characters/,
  )
  const { port } = await serve()
  const taken = listen(
    () => ({ fetch: async () => new Response(), goOn: async () => [], close: async () => undefined }),
    { port },
  )
  await expect(taken).rejects.toThrow(`127.0.0.1:${port} cannot be listened on`)
})
