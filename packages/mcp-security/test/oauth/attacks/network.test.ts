import { setDefaultCACertificates } from 'node:tls'
import { gzipSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { addressKind } from '../../../src/oauth/network/address-kind.ts'
import { json } from '../peer/answering.ts'
import { certificate } from '../peer/certificate.ts'
import { openLocalPeers, openWorld, type World } from '../peer/world.ts'
import { type Attack, reasonOf, testAttacks } from './attack.ts'
import { spellings } from './spellings.ts'

type Place = (world: World, target: string) => void

/** Where metadata can name an address. */
const places: Readonly<Record<string, Place>> = {
  resource_metadata: ({ server }, target) =>
    (server.behaviour.challenge = `Bearer resource_metadata="${target}"`),
  authorization_servers: ({ server }, target) =>
    (server.behaviour.metadata = (document) => ({ ...document, authorization_servers: [target] })),
  token_endpoint: ({ guard }, target) =>
    (guard.behaviour.metadata = (document) => ({ ...document, token_endpoint: target })),
  registration_endpoint: ({ guard }, target) =>
    (guard.behaviour.metadata = (document) => ({ ...document, registration_endpoint: target })),
}

async function attackAt(
  world: World,
  off: object,
): Promise<{ readonly done: boolean; readonly reason?: string }> {
  const outcome = await reasonOf(world.call(world.session({}, off)))
  expect(world.internet.trapConnections).toBe(world.internet.trapped.length)
  const isDefended = Object.keys(off).length === 0
  if (isDefended && outcome.reason !== undefined) expect(world.opened).toEqual([])
  return { done: world.internet.trapped.length > 0, ...outcome }
}

const addresses = Object.entries(places).flatMap(([place, put]) =>
  (place === 'resource_metadata' ? spellings : spellings.slice(0, 4)).map((spelling): Attack => ({
    id: 'mcp-03',
    name: `${place} at ${spelling}`,
    without: ['publicAddresses'],
    reason: 'address-refused',
    run: async (off) => {
      const world = await openWorld()
      world.internet.point('localhost', ['127.0.0.1'])
      world.internet.point('app.localhost', ['127.0.0.1'])
      put(world, `https://${spelling}/x`)
      return attackAt(world, off)
    },
  })),
)

const named: readonly Attack[] = [
  {
    id: 'mcp-03',
    name: 'a name that resolves to a private address',
    without: ['publicAddresses'],
    reason: 'address-refused',
    run: async (off) => {
      const world = await openWorld()
      world.internet.point('inside.example.test', ['10.0.0.5'])
      places['authorization_servers']?.(world, 'https://inside.example.test')
      return attackAt(world, off)
    },
  },
  {
    id: 'mcp-03',
    name: 'a name with a public address and a private one',
    without: ['publicAddresses'],
    reason: 'address-refused',
    run: async (off) => {
      const world = await openWorld()
      world.internet.point('both.example.test', ['169.254.169.254', '93.184.216.10'])
      places['authorization_servers']?.(world, 'https://both.example.test')
      return attackAt(world, off)
    },
  },
  {
    id: 'mcp-03',
    name: 'a name that is rebound between the look and the connection',
    without: ['pinnedAddresses'],
    run: async (off) => {
      const world = await openWorld()
      const [address = ''] = await world.internet.reach.resolve('login.example.test')
      const rebound = Array.from({ length: 20 }, () => [[address], ['169.254.169.254']]).flat()
      world.internet.point('login.example.test', ...(off.pinnedAddresses === false ? rebound : [[address]]))
      if (off.pinnedAddresses !== false)
        world.internet.point(
          'login.example.test',
          [address],
          [address],
          [address],
          [address],
          ['169.254.169.254'],
        )
      const { done } = await attackAt(world, off)
      return { done }
    },
  },
  {
    id: 'mcp-03',
    name: 'plain http on the way to an issuer',
    without: ['secureUrls', 'publicAddresses'],
    reason: 'url-refused',
    run: async (off) => {
      const world = await openWorld()
      places['authorization_servers']?.(world, 'http://10.0.0.5')
      return attackAt(world, off)
    },
  },
]

const redirects: readonly Attack[] = [
  [
    'to a private address',
    () => 'https://169.254.169.254/latest',
    'redirect-refused',
    ['sameOriginRedirects', 'publicAddresses'],
  ],
  [
    'to http',
    () => 'http://10.0.0.5/',
    'redirect-refused',
    ['sameOriginRedirects', 'secureUrls', 'publicAddresses'],
  ],
].map(([name, to, reason, without]) => ({
  id: 'mcp-04',
  name: `discovery is redirected ${name as string}`,
  // The table's columns have these types.
  without: without as Attack['without'],
  reason: reason as string,
  run: async (off) => {
    const world = await openWorld({ guard: { redirect: to as () => string } })
    return attackAt(world, off)
  },
}))

const otherOrigin: Attack = {
  id: 'mcp-04',
  name: 'discovery is redirected to another origin',
  without: ['sameOriginRedirects'],
  reason: 'redirect-refused',
  run: async (off) => {
    const world = await openWorld({ guard: { redirect: () => 'https://other.example.test/' } })
    let reached = false
    await world.internet.host('other.example.test', (_, response) => {
      reached = true
      json(response, 404, {})
    })
    return { ...(await reasonOf(world.call(world.session({}, off)))), done: reached }
  },
}

const circle: Attack = {
  id: 'mcp-04',
  name: 'discovery is redirected from page to page',
  without: ['sameOriginRedirects'],
  reason: 'redirect-refused',
  run: async (off) => {
    const world = await openWorld()
    let hops = 0
    // It ends, so that the undefended run does.
    world.guard.behaviour.redirect = (path) =>
      path.startsWith('/.well-known') && hops < 10 ? `/.well-known/${++hops}` : undefined
    const outcome = await reasonOf(world.call(world.session({}, off)))
    return { ...outcome, done: hops > 5 }
  },
}

testAttacks([...addresses, ...named, ...redirects, otherOrigin, circle])

test('mcp-03: the list has forty spellings, and each is an address that may not be reached, or none', () => {
  expect(spellings.length).toBeGreaterThanOrEqual(40)
  const judged = spellings.map((spelling) =>
    new URL(`https://${spelling}/`).hostname.replace(/^\[|\]$|\.$/g, ''),
  )
  expect(
    judged.filter(
      (host) => !host.endsWith('localhost') && addressKind(host.replaceAll(/[[\]]/g, '')) === undefined,
    ),
  ).toEqual([])
  const open = [
    '93.184.216.34',
    '8.8.8.8',
    '172.32.0.1',
    '11.0.0.1',
    '2606:4700:4700::1111',
    '::ffff:8.8.8.8',
    '169.253.0.1',
  ]
  expect(open.map(addressKind)).toEqual(open.map(() => undefined))
})

test('mcp-03: a token sent to another place than its issuer, and a code too, need that place to be public', async () => {
  const world = await openWorld()
  places['token_endpoint']?.(world, 'https://inside.example.test/token')
  world.internet.point('inside.example.test', ['192.168.0.1'])
  expect(await reasonOf(world.call(world.session()))).toEqual({ reason: 'address-refused' })
  expect([world.internet.trapped, world.internet.trapConnections]).toEqual([[], 0])
})

test('mcp-03: hosts that the user allows may lie at private addresses', async () => {
  const world = await openWorld()
  world.internet.point('inside.example.test', ['10.0.0.5'])
  places['authorization_servers']?.(world, 'https://inside.example.test')
  const session = world.session({ reach: { allowHosts: ['*.example.test'] } })
  expect(await reasonOf(world.call(session))).toEqual({ reason: 'connection-failed' })
  expect(world.internet.trapped).toEqual(['10.0.0.5:443'])
})

test('mcp-03: a server on this machine may name this machine, and nothing else that is private', async () => {
  const { guard, server } = await openLocalPeers()
  const world = await openWorld()
  const browse = async (url: URL): Promise<void> => void (await (await fetch(url)).text())
  const straight = { route: (host: string, port: number) => ({ host, port }) }
  const local = world.session({ server: server.url, openBrowser: browse }, {}, straight)
  const calling = local.middleware(fetch)
  expect((await calling(server.url, { method: 'POST' })).status).toBe(200)
  for (const target of ['http://10.0.0.5', 'https://10.0.0.5', 'http://169.254.169.254']) {
    server.behaviour.metadata = (document) => ({ ...document, authorization_servers: [target] })
    guard.tokens.clear()
    const { reason } = await reasonOf(calling(server.url, { method: 'POST' }))
    expect(['address-refused', 'url-refused']).toContain(reason)
  }
})

test('an authority that the user trusts counts beside the usual ones, and no other does', async () => {
  const world = await openWorld()
  world.guard.clients.set('machine', { secret: 's', redirectUris: [] })
  setDefaultCACertificates([])
  const machine = { grant: { type: 'client-credentials' }, client: { id: 'machine', secret: 's' } } as const
  expect(await reasonOf(world.session(machine).login())).toEqual({ reason: 'connection-failed' })
  const session = world.session({ ...machine, reach: { authorities: [certificate.cert] } })
  expect(await reasonOf(session.login())).toEqual({})
})

const flood = Buffer.alloc(65_536, ' ')

test.each([
  ['a hundred megabytes', 'answer-too-large', 'flood'],
  ['pages without end', 'answer-too-large', 'endless'],
  ['a drip', 'answer-too-slow', 'drip'],
  ['nothing', 'answer-too-slow', 'silence'],
  ['headers without end', 'connection-failed', 'headers'],
  ['a compressed bomb', 'answer-malformed', 'bomb'],
  ['what is no HTTP', 'connection-failed', 'noise'],
])('metadata of %s is left, for the reason %s', async (_, reason, what) => {
  const world = await openWorld()
  let sent = 0
  await world.internet.hostRaw('login.example.test', (socket) => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
    const more = (): void => {
      while (!socket.destroyed && socket.write(flood)) sent += flood.length
      if (!socket.destroyed) socket.once('drain', more)
    }
    if (what === 'flood') socket.write(`${head}content-length: 104857600\r\n\r\n`, more)
    if (what === 'endless') socket.write(`${head}\r\n`, more)
    if (what === 'headers') socket.write(head + 'a: b\r\n'.repeat(20_000))
    if (what === 'noise') socket.end('SSH-2.0-OpenSSH\r\n')
    if (what === 'bomb')
      socket.end(
        Buffer.concat([
          Buffer.from(`${head}content-encoding: gzip\r\n\r\n`),
          gzipSync(Buffer.alloc(50_000_000)),
        ]),
      )
    if (what !== 'drip') return
    socket.write(`${head}content-length: 1000\r\n\r\n`)
    const timer = setInterval(() => socket.write(' '), 20)
    socket.on('close', () => clearInterval(timer))
  })
  expect(
    await reasonOf(world.call(world.session({}, {}, reason === 'answer-too-slow' ? { time: 500 } : {}))),
  ).toEqual({ reason })
  expect(world.opened).toEqual([])
  // What was under way in the buffers of the system.
  expect(sent).toBeLessThan(30_000_000)
})

test.each([
  ['an array', '[]'],
  ['no JSON', '<html>'],
  ['a deep JSON', '['.repeat(100_000)],
  ['prototype keys', '{"__proto__":{"issuer":"x"},"constructor":1}'],
])('metadata that is %s is refused', async (_, text) => {
  const world = await openWorld({ guard: { metadata: () => text } })
  const { reason } = await reasonOf(world.call(world.session()))
  expect(['metadata-invalid', 'issuer-mismatch']).toContain(reason)
})

test('a server in trouble is not taken for one without metadata', async () => {
  const world = await openWorld()
  const listener = world.server.listener
  await world.internet.host('mcp.example.test', (request, response) => {
    if (request.url?.startsWith('/.well-known') === true) response.writeHead(503).end()
    else listener(request, response)
  })
  expect(await reasonOf(world.call(world.session()))).toEqual({ reason: 'metadata-invalid' })
})
