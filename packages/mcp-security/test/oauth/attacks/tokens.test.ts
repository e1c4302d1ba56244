import { expect, test } from 'vitest'

import { memoryCredentials } from '../../../src/oauth/index.ts'
import { json } from '../peer/answering.ts'
import { authorizationPeer } from '../peer/authorization-peer.ts'
import { resourcePeer } from '../peer/resource-peer.ts'
import { openWorld, setClock } from '../peer/world.ts'
import { type Attack, reasonOf, testAttacks } from './attack.ts'

const issuerEcho: readonly Attack[] = [
  ['another issuer', 'https://evil.example.test'],
  ['a longer path', 'https://login.example.test/tenant'],
  ['itself with a line break in it', 'https://login.exa\nmple.test'],
  ['none', undefined],
].map(([name, issuer]) => ({
  id: 'mcp-05',
  name: `the document of an issuer names ${name}`,
  without: ['issuerEcho'],
  reason: 'issuer-mismatch',
  run: async (off) => {
    const named = issuer ?? (off.issuerEcho === false ? 'https://x.example.test' : undefined)
    const world = await openWorld({ guard: { metadata: (document) => ({ ...document, issuer: named }) } })
    return { ...(await reasonOf(world.call(world.session({}, off)))), done: world.opened.length > 0 }
  },
}))

const resourceEcho: readonly Attack[] = [
  'https://other.example.test/mcp',
  'https://mcp.example.test/mc',
  'https://mcp.example.test/mcp/deeper',
  'https://mcp.example.test.evil.test/mcp',
].map((resource) => ({
  id: 'mcp-05',
  name: `the metadata is that of ${resource}`,
  without: ['resourceEcho'],
  reason: 'resource-mismatch',
  run: async (off) => {
    const world = await openWorld({ server: { metadata: (document) => ({ ...document, resource }) } })
    return { ...(await reasonOf(world.call(world.session({}, off)))), done: world.opened.length > 0 }
  },
}))

const tokenOfAnother: Attack = {
  id: 'mcp-06',
  name: 'a server names the metadata of another, to get its tokens',
  without: ['resourceEcho'],
  reason: 'resource-mismatch',
  run: async (off) => {
    const world = await openWorld()
    const metadata = 'https://mcp.example.test/.well-known/oauth-protected-resource/mcp'
    const evil = resourcePeer('https://evil.example.test/mcp', world.guard, {
      challenge: `Bearer resource_metadata="${metadata}"`,
    })
    await world.internet.host('evil.example.test', evil.listener)
    const session = world.session({ server: evil.url }, off)
    const outcome = await reasonOf(session.middleware(world.internet.fetch)(evil.url, { method: 'POST' }))
    return { ...outcome, done: evil.seen.some((header) => header !== undefined) }
  },
}

const redirectedCall: readonly Attack[] = [302, 307].map((status) => ({
  id: 'mcp-06',
  name: `a call is redirected to another host by ${status}`,
  without: ['tokenOrigin'],
  reason: 'redirect-refused',
  run: async (off) => {
    const world = await openWorld()
    const seen: unknown[] = []
    await world.internet.host('evil.example.test', (request, response) => {
      seen.push(request.headers.authorization)
      response.end('{}')
    })
    const session = world.session({}, off)
    await world.call(session)
    world.server.behaviour.call = (_, response) => {
      response.writeHead(status, { location: 'https://evil.example.test/mcp' }).end()
      return true
    }
    return { ...(await reasonOf(world.call(session))), done: seen.some((header) => header !== undefined) }
  },
}))

const foreignChallenge: Attack = {
  id: 'mcp-06',
  name: 'a server redirects to a challenge of another host, which is taken for its own',
  without: ['tokenOrigin'],
  reason: 'redirect-refused',
  run: async (off) => {
    const world = await openWorld()
    const evil = authorizationPeer('https://evil.example.test')
    const metadata = { resource: world.server.url, authorization_servers: [evil.issuer] }
    await world.internet.host('evil.example.test', (request, response) => {
      if (request.url === '/call')
        json(
          response,
          401,
          {},
          { 'www-authenticate': 'Bearer resource_metadata="https://evil.example.test/resource"' },
        )
      else if (request.url === '/resource') json(response, 200, metadata)
      else evil.listener(request, response)
    })
    world.server.behaviour.call = (_, response) => {
      response.writeHead(307, { location: 'https://evil.example.test/call' }).end()
      return true
    }
    const outcome = await reasonOf(world.call(world.session({}, off)))
    return { ...outcome, done: evil.counts.register > 0 }
  },
}

const passthrough: Attack = {
  id: 'mcp-07',
  name: 'a credential of the caller is passed on',
  without: ['noPassthrough'],
  run: async (off) => {
    const world = await openWorld()
    const headers = { authorization: 'Bearer inbound', dpop: 'inbound' }
    await reasonOf(world.call(world.session({}, off), { headers }))
    return { done: world.server.seen.includes('Bearer inbound') }
  },
}

const deputy: Attack = {
  id: 'mcp-08',
  name: 'two servers of one issuer share a client, so that the consent for one counts for the other',
  without: ['clientPerServer'],
  run: async (off) => {
    const world = await openWorld()
    const other = resourcePeer('https://other.example.test/mcp', world.guard)
    await world.internet.host('other.example.test', other.listener)
    const store = memoryCredentials()
    for (const server of [world.server.url, other.url]) await world.session({ store, server }, off).login()
    const [one, two] = world.opened.map(({ searchParams }) => [
      searchParams.get('client_id'),
      new URL(searchParams.get('redirect_uri') ?? '').pathname,
    ])
    return { done: one?.[0] === two?.[0] || one?.[1] === two?.[1] }
  },
}

const movedIssuer: readonly Attack[] = [undefined, 'CANARY-secret'].map((secret) => ({
  id: 'mcp-14',
  name: `a server moves to an attacker's issuer, to get ${secret === undefined ? 'the refresh token' : 'the client secret'}`,
  without: ['issuerBinding'],
  reason: 'credentials-bound-elsewhere',
  run: async (off) => {
    const world = await openWorld()
    const registered = {
      redirectUris: ['http://127.0.0.1/callback'],
      ...(secret !== undefined && { secret }),
    }
    world.guard.clients.set('keepup', registered)
    const session = world.session({ client: { id: 'keepup', ...(secret !== undefined && { secret }) } }, off)
    await world.call(session)
    const evil = authorizationPeer('https://login-evil.example.test')
    evil.clients.set('keepup', registered)
    await world.internet.host('login-evil.example.test', evil.listener)
    world.server.behaviour.metadata = (document) => ({ ...document, authorization_servers: [evil.issuer] })
    world.guard.tokens.clear()
    const outcome = await reasonOf(world.call(session))
    const got = evil.tokenRequests.map(
      ({ body, authorization = '' }) =>
        `${body.toString()} ${Buffer.from(authorization.slice(6), 'base64').toString()}`,
    )
    return { ...outcome, done: got.some((text) => text.includes(secret ?? 'CANARY-refresh')) }
  },
}))

const refreshRace: Attack = {
  id: 'mcp-16',
  name: 'a refresh token is used twice by calls at the same time',
  without: ['oneRefresh'],
  run: async (off) => {
    const clock = setClock(1_000_000)
    const world = await openWorld()
    world.guard.now = clock.now.bind(clock)
    const store = memoryCredentials()
    const sessions = [world.session({ store, clock }, off), world.session({ store, clock }, off)]
    await sessions[0]?.login()
    clock.time += 4_000_000
    await Promise.all(sessions.map((session) => world.call(session)))
    return { done: world.guard.counts.reuse > 0 }
  },
}

testAttacks([
  ...issuerEcho,
  ...resourceEcho,
  tokenOfAnother,
  ...redirectedCall,
  foreignChallenge,
  passthrough,
  deputy,
  ...movedIssuer,
  refreshRace,
])

test('mcp-14: a server that moves is followed only where somebody agrees, with a new registration', async () => {
  const world = await openWorld()
  const store = memoryCredentials()
  await world.call(world.session({ store }))
  const next = authorizationPeer('https://next.example.test')
  await world.internet.host('next.example.test', next.listener)
  world.server.behaviour.metadata = (document) => ({ ...document, authorization_servers: [next.issuer] })
  world.guard.tokens.clear()
  expect(await reasonOf(world.call(world.session({ store })))).toEqual({ reason: 'scope-refused' })
  expect([next.tokenRequests, next.counts.register, world.opened.length]).toEqual([[], 0, 1])
  const asked: unknown[] = []
  const session = world.session({ store, approve: async (request) => asked.push(request) > 0 })
  // The new issuer's tokens are not the old resource's: this server only takes the old one's, but the login there went its way.
  expect(await reasonOf(world.call(session))).toEqual({ reason: 'server-refuses-token' })
  expect(asked[0]).toMatchObject({ reason: 'issuer-changed', issuer: next.issuer })
  expect([next.counts.register, next.tokenRequests[0]?.body.get('grant_type')]).toEqual([
    1,
    'authorization_code',
  ])
})
