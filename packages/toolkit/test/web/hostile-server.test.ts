import type { Socket } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { contextOf, textOf } from '../call-tool.ts'
import { allowed, codeOf, fetchOnce } from './fetch.ts'
import { serve, serveRaw } from './web-server.ts'

const small = { ...allowed, limits: { mostReceived: 1_000_000, mostBody: 2_000_000 } }

/** Writes as fast as the other side reads, until it goes. */
function flood(socket: Socket, chunk: string | Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
    if (!socket.destroyed) socket.once('drain', more)
  }
  more()
}

test('a body of a gigabyte is left at the first byte too much, told or not', async () => {
  let sent = 0
  const server = await serveRaw((socket, path) => {
    const length = path === '/told' ? 'content-length: 1073741824\r\n' : ''
    socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n${length}\r\n`)
    socket.on('close', () => (sent += socket.bytesWritten))
    flood(socket, Buffer.alloc(65_536, 'a'))
  })
  for (const path of ['/told', '/untold']) {
    const outcome = await fetchOnce(`http://site.test:${server.port}${path}`, small)
    expect([codeOf(outcome), textOf(outcome)]).toEqual([
      'response-too-large',
      expect.stringContaining('976 KiB'),
    ])
    await server.closed()
  }
  // What was under way in the buffers of the system.
  expect(sent).toBeLessThan(50_000_000)
  const usual = await fetchOnce(`http://site.test:${server.port}/untold`)
  expect(textOf(usual)).toContain('10240 KiB (received)')
})

const bomb = Buffer.alloc(50_000_000)

test.each([
  ['gzip', gzipSync(bomb)],
  ['deflate', deflateSync(bomb)],
  ['br', brotliCompressSync(bomb)],
  ['zstd', zstdCompressSync(bomb)],
])('a bomb of %s is left once it has grown too large', async (coding, body) => {
  const server = await serve((_, response) =>
    response.writeHead(200, { 'content-encoding': coding, 'content-type': 'text/plain' }).end(body),
  )
  const outcome = await fetchOnce(`http://site.test:${server.port}/`)
  expect([codeOf(outcome), textOf(outcome)]).toEqual([
    'response-too-large',
    expect.stringContaining('16384 KiB (decompressed)'),
  ])
})

test('gzip members that hold nothing, without end, are bounded by what is received', async () => {
  const empty = Buffer.concat(Array.from({ length: 1_000 }, () => gzipSync('')))
  const server = await serveRaw((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n')
    flood(socket, empty)
  })
  const outcome = await fetchOnce(`http://site.test:${server.port}/`, small)
  expect([codeOf(outcome), textOf(outcome)]).toEqual([
    'response-too-large',
    expect.stringContaining('received'),
  ])
})

test.each(['gzip', 'deflate', 'br', 'zstd', 'x-gzip', 'identity', ''])('%s is understood', async (coding) => {
  const text = 'plain words '.repeat(100)
  const bodies: Record<string, Buffer> = {
    gzip: gzipSync(text),
    'x-gzip': gzipSync(text),
    deflate: deflateSync(text),
    br: brotliCompressSync(text),
    zstd: zstdCompressSync(text),
  }
  const server = await serve((_, response) =>
    response.writeHead(200, { 'content-encoding': coding }).end(bodies[coding] ?? text),
  )
  expect(textOf(await fetchOnce(`http://site.test:${server.port}/`))).toMatch(/^plain words plain/)
})

test.each([
  ['slow headers', '', { headersTime: 100 }],
  ['headers that drip', 'HTTP/1.1 200 OK\r\n', { headersTime: 200 }],
  ['provisional answers that drip', 'HTTP/1.1 103 Early Hints\r\n\r\n', { headersTime: 200 }],
  ['a body that drips', 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n', { rateTime: 200 }],
  ['a body that never comes', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n', { rateTime: 100 }],
  ['a body just fast enough', 'HTTP/1.1 200 OK\r\n\r\n', { rateTime: 100, leastRate: 1, totalTime: 400 }],
])('%s end by the time that they have', async (what, head, limits) => {
  const drips = what.includes('drip') || what.includes('just')
  const server = await serveRaw((socket) => {
    socket.write(head)
    const again = what.includes('provisional') ? head : what.includes('headers') ? 'a: b\r\n' : 'x'
    const timer = setInterval(() => socket.write(again), 20)
    if (!drips && !what.includes('provisional')) clearInterval(timer)
    socket.on('close', () => clearInterval(timer))
  })
  const outcome = await fetchOnce(`http://site.test:${server.port}/`, { ...allowed, limits })
  expect([codeOf(outcome), textOf(outcome)]).toEqual([
    'response-too-slow',
    expect.stringMatching(/site\.test/),
  ])
  await server.closed()
})

test('provisional answers as fast as they can are left, not borne for their time', async () => {
  const server = await serveRaw((socket) =>
    flood(socket, 'HTTP/1.1 103 Early Hints\r\na: b\r\n\r\n'.repeat(1_000)),
  )
  expect(codeOf(await fetchOnce(`http://site.test:${server.port}/`))).toBe('response-malformed')
  await server.closed()
})

test('extensions of chunks without end are no way to go on for ever', async () => {
  const server = await serveRaw((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;')
    flood(socket, 'a'.repeat(65_536))
  })
  const outcome = await fetchOnce(`http://site.test:${server.port}/`, {
    ...allowed,
    limits: { rateTime: 500 },
  })
  expect(['response-malformed', 'response-too-slow', 'response-too-large']).toContain(codeOf(outcome))
  await server.closed()
})

test.each([
  ['a flood of one header', `HTTP/1.1 200 OK\r\na: ${'b'.repeat(100_000)}\r\n\r\nx`, 'response-too-large'],
  ['a flood of headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}\r\nx`, 'response-too-large'],
  ['what is no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'response-malformed'],
  ['nothing', '', 'connection-failed'],
  [
    'a chunk of garbage',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nnonsense\r\n',
    'response-malformed',
  ],
  [
    'a chunk cut off',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n50\r\nhello',
    'response-truncated',
  ],
  [
    'a length and chunks at once',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'response-malformed',
  ],
  [
    'two lengths',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello',
    'response-malformed',
  ],
  ['a length that is no number', 'HTTP/1.1 200 OK\r\ncontent-length: 5x\r\n\r\nhello', 'response-malformed'],
  ['less than its length', 'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nhello', 'response-truncated'],
  [
    'gzip cut off',
    `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n${gzipSync('hello '.repeat(99)).subarray(0, 15).toString('latin1')}`,
    'response-malformed',
  ],
  ['what is no gzip', 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\nhello', 'response-malformed'],
  ['what is no zstd', 'HTTP/1.1 200 OK\r\ncontent-encoding: zstd\r\n\r\nhello there', 'response-malformed'],
  [
    'what is no brotli',
    'HTTP/1.1 200 OK\r\ncontent-encoding: br\r\n\r\n\xFF\xFF\xFFhello',
    'response-malformed',
  ],
  [
    'a coding nobody asked for',
    'HTTP/1.1 200 OK\r\ncontent-encoding: compress\r\n\r\nhello',
    'response-malformed',
  ],
  ['several codings', 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip, gzip\r\n\r\nhello', 'response-malformed'],
  [
    'another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    'response-malformed',
  ],
])('%s is refused', async (_, bytes, code) => {
  const server = await serveRaw((socket) => socket.end(bytes, 'latin1'))
  const outcome = await fetchOnce(`http://site.test:${server.port}/`)
  expect([codeOf(outcome), textOf(outcome)]).toEqual([code, expect.stringMatching(/site\.test.*[.]$/)])
})

test('more than its length is left where the length ends', async () => {
  const server = await serveRaw((socket) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello and more'),
  )
  expect(textOf(await fetchOnce(`http://site.test:${server.port}/`))).toMatch(/^hello\n\[/)
})

test('a port at which nobody listens is told', async () => {
  const server = await serveRaw((socket) => socket.destroy())
  const outcome = await fetchOnce(`http://site.test:${server.port}/`)
  expect([codeOf(outcome), textOf(outcome)]).toEqual([
    'connection-failed',
    expect.stringContaining(`${server.port}`),
  ])
})

test.each(['headers', 'body'])('an abort while %s are awaited closes the socket', async (moment) => {
  const stop = new AbortController()
  const server = await serveRaw((socket) => {
    if (moment === 'body') socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx')
    setTimeout(() => stop.abort(new Error('stopped by a person')), 50)
  })
  const context = contextOf(undefined, { signal: stop.signal })
  const outcome = await fetchOnce(`http://site.test:${server.port}/`, allowed, { context })
  expect(outcome).toMatchObject({ type: 'failed', message: 'stopped by a person' })
  await server.closed()
})

test('nothing is sent that tells more than what is asked', async () => {
  const sent: unknown[] = []
  const server = await serve((request, response) => {
    sent.push(request.headers, request.method)
    response.setHeader('set-cookie', 'a=b').end('x')
  })
  const url = `http://site.test:${server.port}/`
  await fetchOnce(url)
  await fetchOnce(url, { ...allowed, userAgent: 'me' })
  const usual = {
    accept: expect.stringContaining('text/html'),
    'accept-encoding': 'gzip, br, zstd',
    'user-agent': 'keepup-web-fetch',
    host: `site.test:${server.port}`,
    connection: 'close',
  }
  expect(sent).toEqual([usual, 'GET', { ...usual, 'user-agent': 'me' }, 'GET'])
})
