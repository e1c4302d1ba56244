import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net'
import { rootCertificates } from 'node:tls'

import { expect, onTestFinished, test } from 'vitest'

import { collectAtMost, type Exchange, type ExchangeParts, openExchange, trustOf } from '../src/index.ts'

const failures = {
  broken: (error: unknown) => new Error('broken', { cause: error }),
  neverFinal: () => new Error('never final'),
  upgraded: () => new Error('upgraded'),
}

async function listen(server: Server): Promise<number> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  // A server that listens at a port has an address with one.
  return (server.address() as AddressInfo).port
}

const serve = (listener: RequestListener): Promise<number> => listen(createServer(listener))

function raw(answer: (socket: Socket) => void): Promise<number> {
  return listen(createRawServer((socket) => socket.once('data', () => answer(socket))))
}

function ask(url: string, parts: Partial<ExchangeParts> = {}): Promise<Exchange> {
  return openExchange(
    { url: new URL(url), method: 'POST', headers: { 'x-own': '1' }, body: 'sent' },
    {
      addresses: [{ address: '127.0.0.1', family: 4 }],
      mostHeaders: 4096,
      failures,
      signal: new AbortController().signal,
      ...parts,
    },
  )
}

const tooLarge = (): Error => new Error('too large')

test('a request goes to the address that it is given, whatever the name, and says the name', async () => {
  const port = await serve((request, response) => {
    request.pipe(response.setHeader('x-seen', `${request.method} ${request.url} ${request.headers.host}`))
  })
  // Nobody could resolve it, and nothing is at the other address.
  for (const host of ['name.invalid', '192.0.2.1', '[2001:db8::1]']) {
    const { response } = await ask(`http://${host}:${port}/a?b#c`)
    expect(response.headers['x-seen']).toBe(`POST /a?b ${host}:${port}`)
    expect((await collectAtMost(response, 4, tooLarge)).toString()).toBe('sent')
  }
  const { response } = await ask('http://name.invalid/', { port })
  expect(response.headers['x-seen']).toBe('POST / name.invalid')
})

test('what is no URL of the web is sent nowhere', async () => {
  let asked = 0
  const port = await serve((_, response) => (asked++, response.end()))
  for (const url of [`ftp://127.0.0.1:${port}/`, 'data:,x', 'file:///etc/passwd'])
    await expect(ask(url, { port })).rejects.toThrow('Protocol')
  expect(asked).toBe(0)
})

test('an address that does not answer leaves the next one', async () => {
  const port = await serve((_, response) => response.end('second'))
  const addresses = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ] as const
  const { response } = await ask(`http://name.invalid:${port}/`, { addresses })
  expect((await collectAtMost(response, 100, tooLarge)).toString()).toBe('second')
})

test('without an address nothing is asked, not even this machine', async () => {
  let asked = 0
  const port = await serve((_, response) => (asked++, response.end()))
  for (const host of ['localhost', '127.0.0.1'])
    await expect(ask(`http://${host}:${port}/`, { addresses: [] })).rejects.toThrow('broken')
  expect(asked).toBe(0)
})

test.each([
  ['what is no HTTP', 'broken', (socket: Socket) => socket.end('SSH-2.0-OpenSSH\r\n')],
  ['nothing', 'broken', (socket: Socket) => socket.end()],
  [
    'headers without end',
    'broken',
    (socket: Socket) => socket.write(`HTTP/1.1 200 OK\r\n${`a: ${'b'.repeat(100)}\r\n`.repeat(100)}`),
  ],
  [
    'answers that are never final',
    'never final',
    (socket: Socket) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(30)),
  ],
  [
    'another protocol',
    'upgraded',
    (socket: Socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: odd\r\n\r\n'),
  ],
])('a server that sends %s fails: %s', async (_, failure, answer) => {
  const port = await raw((socket) => void answer(socket))
  await expect(ask(`http://name.invalid:${port}/`)).rejects.toThrow(failure)
})

test('a few answers before the one that counts are borne', async () => {
  const port = await raw((socket) =>
    socket.end(`${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(20)}HTTP/1.1 200 OK\r\n\r\nyes`),
  )
  const { response } = await ask(`http://name.invalid:${port}/`)
  expect((await collectAtMost(response, 3, tooLarge)).toString()).toBe('yes')
})

test('an abort closes the socket, before the answer and while it is read', async () => {
  const closed: Promise<void>[] = []
  const port = await raw((socket) => {
    closed.push(new Promise((resolve) => socket.once('close', () => resolve())))
    if (closed.length === 2) socket.write('HTTP/1.1 200 OK\r\n\r\nfirst')
  })
  const early = new AbortController()
  const waiting = ask(`http://name.invalid:${port}/`, { signal: early.signal })
  while (closed.length === 0) await new Promise((resolve) => setImmediate(resolve))
  early.abort()
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  const late = new AbortController()
  const { response, fault } = await ask(`http://name.invalid:${port}/`, { signal: late.signal })
  late.abort()
  await expect(collectAtMost(response, 100, tooLarge)).rejects.toThrow(/abort/i)
  await Promise.all(closed)
  expect(fault()).toMatchObject({ name: 'AbortError' })
})

test('a body ends at the first byte too much, and the source with it', async () => {
  let isOpen = true
  async function* endless(): AsyncGenerator<Buffer> {
    try {
      for (;;) yield Buffer.alloc(10)
    } finally {
      isOpen = false
    }
  }
  await expect(collectAtMost(endless(), 1000, tooLarge)).rejects.toThrow('too large')
  expect(isOpen).toBe(false)
})

test('authorities are read where there are any, and once', () => {
  expect(trustOf()()).toBeUndefined()
  expect(trustOf([])()).toBeUndefined()
  const trust = trustOf([rootCertificates[0] ?? ''])
  expect(trust()).toBeDefined()
  expect(trust()).toBe(trust())
})
