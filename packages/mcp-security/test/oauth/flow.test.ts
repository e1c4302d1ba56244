import { KeepupError } from '@keepup/core'
import { expect, test } from 'vitest'

import { memoryCredentials, type OAuthEvent } from '../../src/oauth/index.ts'
import { openWorld, setClock } from './peer/world.ts'

test('a first call logs in by a browser, registers, and every later one just goes', async () => {
  const world = await openWorld()
  const events: OAuthEvent[] = []
  const session = world.session({ report: (event) => events.push(event) })
  expect([await world.call(session), await world.call(session)]).toEqual([200, 200])
  expect(world.opened).toHaveLength(1)
  const asked = world.opened[0]?.searchParams
  expect(Object.fromEntries(asked ?? [])).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    resource: world.server.url,
    redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback\/[\w-]{22}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
  })
  expect(events.map(({ type }) => type)).toEqual(['registered', 'logged-in'])
  expect(world.server.seen).toEqual([undefined, expect.stringMatching(/^Bearer /), world.server.seen[1]])
  expect(world.internet.trapped).toEqual([])
})

test('without a browser nobody is asked, and the call says what to do', async () => {
  const world = await openWorld()
  const store = memoryCredentials()
  const headless = world.session({ store, headless: true })
  await expect(world.call(headless)).rejects.toMatchObject({
    code: 'authorisation-required',
    message: expect.stringContaining('Log in'),
  })
  expect(world.guard.counts).toMatchObject({ authorize: 0, register: 0 })
  // Once somebody has logged in elsewhere, the same session goes on.
  await world.session({ store }).login()
  expect(await world.call(headless)).toBe(200)
})

test('a login on a machine without a browser takes the address that was pasted', async () => {
  const world = await openWorld()
  const shown: URL[] = []
  const session = world.session({
    headless: true,
    paste: async (url) => {
      shown.push(url)
      const response = await world.internet.fetch(url, { redirect: 'manual' })
      return `  ${response.headers.get('location')}\n`
    },
  })
  expect(await world.call(session)).toBe(200)
  expect(shown).toHaveLength(1)
})

test('tokens are renewed before they end, by one refresh for all calls, and the old refresh token is gone', async () => {
  const clock = setClock(1_000_000)
  const world = await openWorld()
  world.guard.now = clock.now.bind(clock)
  const session = world.session({ clock })
  await world.call(session)
  clock.time += 3_541_000
  expect(await Promise.all(Array.from({ length: 20 }, () => world.call(session)))).toEqual(
    Array.from({ length: 20 }, () => 200),
  )
  expect([world.guard.counts, world.opened.length]).toEqual([
    { authorize: 1, refresh: 1, reuse: 0, register: 1 },
    1,
  ])
  expect(world.server.seen).toHaveLength(22)
})

test('a refresh token that is refused leads to a login; a token endpoint in trouble does not end a token that is still good', async () => {
  const clock = setClock(1_000_000)
  const world = await openWorld()
  world.guard.now = clock.now.bind(clock)
  const session = world.session({ clock })
  await world.call(session)
  clock.time += 3_545_000
  world.guard.behaviour.tokens = () => 'no JSON'
  expect(await world.call(session)).toBe(200)
  delete world.guard.behaviour.tokens
  world.guard.refreshTokens.clear()
  expect([await world.call(session), world.opened.length]).toEqual([200, 2])
})

test('the resource is named also where the server has no metadata (G16), and scopes come from the challenge', async () => {
  const world = await openWorld({
    server: { metadata: () => undefined, challenge: 'Basic realm="x, y", Bearer scope="a b"' },
  })
  // MCP 2025-03-26: the server's own origin guards it.
  const answerCall = world.server.listener
  const own = world.guard.listener
  await world.internet.host('mcp.example.test', (request, response) =>
    (request.url?.startsWith('/mcp') === true ? answerCall : own)(request, response),
  )
  world.guard.behaviour.metadata = (document) => ({ ...document, issuer: 'https://mcp.example.test' })
  world.guard.behaviour.answer = (query) => (query.set('iss', 'https://mcp.example.test'), query)
  expect(await world.call(world.session())).toBe(200)
  expect(Object.fromEntries(world.opened[0]?.searchParams ?? [])).toMatchObject({
    resource: world.server.url,
    scope: 'a b',
  })
  expect(world.guard.tokenRequests[0]?.body.get('resource')).toBe(world.server.url)
})

test('of several issuers the pinned one is taken, else the known one, else the chosen one (G13)', async () => {
  const world = await openWorld()
  const other = 'https://other.example.test'
  world.server.behaviour.metadata = (document) => ({
    ...document,
    authorization_servers: [other, world.guard.issuer],
  })
  expect(await world.call(world.session({ issuer: world.guard.issuer }))).toBe(200)
  const chosen = world.session({ chooseIssuer: async (issuers) => issuers[1] ?? '' })
  expect(await world.call(chosen)).toBe(200)
  world.guard.tokens.clear()
  expect(await world.call(chosen)).toBe(200)
  await expect(world.call(world.session())).rejects.toMatchObject({
    details: { reason: 'connection-failed' },
  })
  await expect(world.call(world.session({ issuer: 'https://third.example.test' }))).rejects.toMatchObject({
    details: { reason: 'issuer-mismatch' },
  })
})

test('more scopes are asked for once, with all that was had; what was not given is not asked for again', async () => {
  const world = await openWorld({ server: { scopes: ['read'] } })
  const requests: unknown[] = []
  const session = world.session({ scopes: ['read'], approve: async (request) => requests.push(request) > 0 })
  await world.call(session)
  world.server.behaviour.scopes = ['write']
  expect(await world.call(session)).toBe(200)
  expect(requests).toMatchObject([
    { reason: 'login', scopes: ['read'] },
    { reason: 'more-scopes', scopes: ['read', 'write'], added: ['write'] },
  ])
  // The next is agreed to by the person, and withheld by the issuer.
  world.server.behaviour.scopes = ['admin']
  world.guard.behaviour.tokens = (answer) => ({ ...answer, scope: 'read write' })
  for (const token of world.guard.tokens.values()) Object.assign(token, { scope: 'read write' })
  world.server.behaviour.call = (request, response) => {
    if (request.headers.authorization === undefined) return false
    response.writeHead(403, { 'www-authenticate': 'Bearer error="insufficient_scope", scope="admin"' }).end()
    return true
  }
  await expect(world.call(session)).rejects.toMatchObject({ details: { reason: 'scope-refused' } })
  await expect(world.call(session)).rejects.toMatchObject({ details: { reason: 'scope-refused' } })
  expect(world.opened).toHaveLength(3)
})

test('a login that fails is not tried again by later calls, until somebody logs in', async () => {
  const world = await openWorld()
  world.guard.behaviour.answer = (_, asked) =>
    new URLSearchParams({
      error: 'access_denied',
      error_description: '<b>no</b>',
      state: asked.get('state') ?? '',
      iss: world.guard.issuer,
    })
  const session = world.session()
  const failure = await world.call(session).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    details: { reason: 'login-failed' },
    message: expect.stringContaining('access_denied'),
  })
  expect(JSON.stringify(failure) + String(failure)).not.toContain('<b>')
  await expect(world.call(session)).rejects.toMatchObject({ code: 'authorisation-required' })
  expect(world.opened).toHaveLength(1)
  delete world.guard.behaviour.answer
  await session.login()
  expect(await world.call(session)).toBe(200)
})

test('a logout revokes the refresh token and the access token, and forgets both also where that fails', async () => {
  const world = await openWorld()
  const store = memoryCredentials()
  const session = world.session({ store })
  await world.call(session)
  const [, bearer] = world.server.seen
  expect(await session.logout()).toEqual({ revoked: true })
  expect(world.guard.revoked).toEqual([
    expect.stringMatching(/^CANARY-refresh/),
    bearer?.slice('Bearer '.length),
  ])
  expect(await session.logout()).toEqual({ revoked: false })
  await session.login()
  world.guard.behaviour.metadata = () => 'not there'
  expect(await session.logout()).toEqual({ revoked: false })
  const later = world.session({ store, headless: true })
  delete world.guard.behaviour.metadata
  await expect(world.call(later)).rejects.toMatchObject({ code: 'authorisation-required' })
})

test.each(['http://mcp.example.test/mcp', 'ftp://x/', 'no url', 'https://a:b@mcp.example.test/'])(
  'a server at %s is refused before anything is sent',
  async (server) => {
    const world = await openWorld()
    let failure: unknown
    try {
      world.session({ server })
    } catch (error) {
      failure = error
    }
    expect(KeepupError.is(failure, 'configuration-invalid')).toBe(true)
  },
)

test('a full disk loses no token: calls go on, and the tokens are written once there is room', async () => {
  const clock = setClock(1_000_000)
  const world = await openWorld()
  world.guard.now = clock.now.bind(clock)
  const store = memoryCredentials()
  let isFull = false
  const full = {
    ...store,
    write: (key: string, value: string) =>
      isFull ? Promise.reject(new Error('ENOSPC')) : store.write(key, value),
  }
  const events: string[] = []
  const session = world.session({ store: full, clock, report: ({ type }) => events.push(type) })
  await world.call(session)
  isFull = true
  clock.time += 4_000_000
  expect([await world.call(session), await world.call(session)]).toEqual([200, 200])
  expect(events).toContain('not-kept')
  isFull = false
  await world.call(session)
  const later = world.session({ store, clock, headless: true })
  clock.time += 4_000_000
  expect(await world.call(later)).toBe(200)
  expect(world.guard.counts).toMatchObject({ authorize: 1, refresh: 2, reuse: 0 })
})

test('a rule that one server breaks can be waived for it, and each use is told', async () => {
  const world = await openWorld({
    guard: {
      metadata: ({ code_challenge_methods_supported: _, ...document }) => ({
        ...document,
        issuer: 'https://alias.example.test',
      }),
    },
  })
  world.guard.behaviour.answer = (query) => (query.set('iss', 'https://alias.example.test'), query)
  const told: unknown[] = []
  const session = world.session({
    compatibility: { pkceNotAdvertised: true, issuerNotEchoed: true },
    report: ({ type, detail }) => type === 'defence-waived' && told.push(detail),
  })
  expect(await world.call(session)).toBe(200)
  expect(told).toHaveLength(2)
  expect(world.opened[0]?.searchParams.get('code_challenge_method')).toBe('S256')
})

test('trouble before anybody was asked closes nothing: the next call tries again', async () => {
  const world = await openWorld({ guard: { registration: () => 'no JSON' } })
  const session = world.session()
  await expect(world.call(session)).rejects.toMatchObject({ details: { reason: 'registration-refused' } })
  delete world.guard.behaviour.registration
  expect([await world.call(session), world.opened.length]).toEqual([200, 1])
})
