import { once } from 'node:events'
import { request } from 'node:http'
import { connect as connectSocket } from 'node:net'

import { serveMcpHttp } from '@keepup/mcp/serve'
import { expect, onTestFinished, test, vi } from 'vitest'

import { eventually } from '../hub.ts'
import { connect } from './clients.ts'
import { exampleTools, serveParts } from './serve-harness.ts'

vi.setConfig({ testTimeout: 60_000 })

const token = 'a token of the test'.replaceAll(' ', '-')

async function serve(given?: string) {
  const parts = serveParts(exampleTools(), { mode: 'yolo' })
  const served = await serveMcpHttp(parts, { port: 0, ...(given === undefined ? {} : { token: given }) })
  onTestFinished(() => served[Symbol.asyncDispose]())
  return { served, parts, url: served.url }
}

const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

function post(url: string, body: unknown, more: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return fetch(url, { method: 'POST', headers: { ...headers, ...more }, body: text })
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'hand', version: '1' } },
}

/** The status of a request with a header that fetch would set itself. */
async function statusWith(url: string, header: Record<string, string>): Promise<number | undefined> {
  const sent = request(url, { method: 'POST', headers: { ...headers, ...header } })
  sent.end(JSON.stringify(initialize))
  const [response] = (await once(sent, 'response')) as [{ statusCode?: number; resume(): void }]
  response.resume()
  return response.statusCode
}

test('pages that found their way here by DNS rebinding are refused, and so are foreign origins', async () => {
  const { url } = await serve()
  expect(await statusWith(url, { host: 'evil.example' })).toBe(403)
  expect(await statusWith(url, { origin: 'https://evil.example' })).toBe(403)
  expect(await statusWith(url, { origin: 'null' })).toBe(403)
  expect(await statusWith(url, { origin: 'http://127.0.0.1.evil.example' })).toBe(403)
  expect(await statusWith(url, { origin: 'http://localhost:3000' })).toBe(200)
  expect(await statusWith(url, { host: 'localhost' })).toBe(200)
})

test('without the token nothing is answered, whatever the way', async () => {
  const { url } = await serve(token)
  for (const authorization of ['', 'Bearer', 'Bearer wrong', `Basic ${token}`, `Bearer ${token}x`]) {
    const response = await post(url, initialize, authorization === '' ? {} : { authorization })
    expect([authorization, response.status]).toEqual([authorization, 401])
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
  }
  expect((await fetch(`${url}?token=${token}`, { headers })).status).toBe(401)
  expect((await post(url, initialize, { authorization: `Bearer ${token}` })).status).toBe(200)
})

test('it does not open itself to others without a token, nor under every name', async () => {
  const parts = serveParts(exampleTools())
  await expect(serveMcpHttp(parts, { port: 0, host: '192.0.2.1' })).rejects.toThrow(
    'Give a token, or listen on 127.0.0.1',
  )
  await expect(serveMcpHttp(parts, { port: 0, host: '0.0.0.0', token })).rejects.toThrow(
    'Name the one by which clients reach it',
  )
  const { url } = await serve()
  const taken = serveMcpHttp(parts, { port: Number(new URL(url).port) })
  await expect(taken).rejects.toThrow('Name another port')
})

test('a session that does not exist is told to begin anew; one that was ended is gone', async () => {
  const { url } = await serve()
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' }
  const unknown = await post(url, list, { 'mcp-session-id': crypto.randomUUID() })
  expect([unknown.status, await unknown.text()]).toEqual([
    404,
    expect.stringContaining('Send initialize again'),
  ])
  expect((await post(url, list)).status).toBe(400)
  const id = (await post(url, initialize)).headers.get('mcp-session-id') ?? ''
  const session = { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' }
  expect((await post(url, list, session)).status).toBe(200)
  expect((await fetch(url, { method: 'DELETE', headers: session })).status).toBe(200)
  expect((await post(url, list, session)).status).toBe(404)
})

test('garbage, what is too large, and what never ends are refused, and others are served meanwhile', async () => {
  const { url, served } = await serve()
  expect((await post(url, '{"jsonrpc":')).status).toBe(400)
  expect((await post(url, '"text"')).status).toBe(400)
  expect((await post(url, initialize, { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await fetch(new URL('/other', url))).status).toBe(404)
  expect(await sendHundredMegabytes(url)).toMatch(/^(413|ECONNRESET|EPIPE)$/)
  const slow = connectSocket(Number(new URL(served.url).port), '127.0.0.1')
  onTestFinished(() => void slow.destroy())
  slow.write(
    'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
  )
  const client = await connect('2026-07-28', { url })
  expect(await client.call('add', { a: 1, b: 1 })).toMatchObject({ structuredContent: { sum: 2 } })
})

/** What comes of a body of 100 MB that does not say how large it is. */
async function sendHundredMegabytes(url: string): Promise<string> {
  const sent = request(url, { method: 'POST', headers })
  const ended = new Promise<string>((resolve) => {
    sent.once('response', ({ statusCode }) => resolve(String(statusCode)))
    sent.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
  })
  const piece = Buffer.alloc(1024 * 1024, 'x')
  const over = new AbortController()
  void ended.then(() => over.abort())
  for (let written = 0; written < 100 && !over.signal.aborted; written += 1) {
    if (!sent.write(piece))
      await Promise.race([new Promise<void>((resolve) => sent.once('drain', resolve)), ended])
  }
  sent.end()
  return ended
}

test('the hundredth client has room: the longest idle ones are forgotten, those with calls under way are not', async () => {
  const { url } = await serve()
  const busy = await connect('2025-11-25', { url })
  const stop = new AbortController()
  const waiting = busy.call('wait', {}, { signal: stop.signal })
  waiting.catch(() => {})
  const ids: string[] = []
  for (let client = 0; client < 100; client += 1) {
    const response = await post(url, initialize)
    ids.push(response.headers.get('mcp-session-id') ?? '')
    await response.text()
  }
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' }
  expect((await post(url, list, { 'mcp-session-id': ids[0] ?? '' })).status).toBe(404)
  expect((await post(url, list, { 'mcp-session-id': ids[99] ?? '' })).status).toBe(200)
  expect(await busy.call('add', { a: 1, b: 1 })).toMatchObject({ structuredContent: { sum: 2 } })
  stop.abort(new Error('enough'))
})

test('ending lets a call end that needs little, interrupts one that needs for ever, and records both', async () => {
  const { served, parts, url } = await serve()
  const client = await connect('2026-07-28', { url })
  const long = client.call('wait')
  long.catch(() => {})
  const short = client.call('steps')
  await eventually('both are under way', async () => {
    let begun = 0
    for await (const { thread } of parts.checkpointer.threads())
      for await (const { type } of parts.checkpointer.log(thread)) if (type === 'tool-started') begun += 1
    return begun === 2
  })
  await served[Symbol.asyncDispose]()
  expect(await short).toMatchObject({ content: [{ text: 'done' }] })
  const last: unknown[] = []
  for await (const { thread } of parts.checkpointer.threads()) {
    for await (const { types } of parts.checkpointer.history(thread, { limit: 1 })) last.push(types.at(-1))
  }
  expect(last).toEqual(['run-finished', 'run-finished'])
  await expect(fetch(url)).rejects.toThrow('fetch failed')
})
