import { systemClock } from '@keepup/core'
import { expect, test } from 'vitest'

import type { OAuthOptions } from '../../../src/oauth/index.ts'
import { authorizationPeer } from '../peer/authorization-peer.ts'
import { resourcePeer } from '../peer/resource-peer.ts'
import { openWorld } from '../peer/world.ts'
import { type Attack, reasonOf, testAttacks } from './attack.ts'

const fixed = { id: 'keepup', redirectUri: 'http://127.0.0.1/callback' }

/** An attacker's server whose login sends the person on to the honest issuer, so that the honest code comes back to the attacker's login. */
const mixUp: Attack = {
  id: 'mcp-01',
  name: 'AS mix-up',
  without: ['responseIssuer'],
  reason: 'issuer-mismatch',
  run: async (off) => {
    const world = await openWorld()
    world.guard.clients.set('keepup', { redirectUris: [fixed.redirectUri] })
    const evil = authorizationPeer('https://login-evil.example.test')
    evil.behaviour.metadata = (document) => ({
      ...document,
      authorization_response_iss_parameter_supported: false,
    })
    const honest = `${world.guard.issuer}/authorize`
    const server = resourcePeer('https://evil.example.test/mcp', evil)
    await world.internet.host('evil.example.test', server.listener)
    await world.internet.host('login-evil.example.test', evil.listener)
    const browse = async (url: URL): Promise<void> => {
      const sentOn = new URL(honest)
      sentOn.search = url.search
      sentOn.searchParams.set('resource', world.server.url)
      await world.internet.browse(sentOn)
    }
    const session = world.session({ server: server.url, client: fixed, openBrowser: browse }, off)
    const outcome = await reasonOf(session.login())
    const stolen = evil.tokenRequests.some(({ body }) => body.get('code')?.startsWith('CANARY-code') === true)
    return { ...outcome, done: stolen }
  },
}

const noPkce = [undefined, ['plain'], 'S256', [], { S256: true }].map((methods): Attack => ({
  id: 'mcp-09',
  name: `PKCE advertised as ${JSON.stringify(methods)}`,
  without: ['pkceAdvertised'],
  reason: 'pkce-missing',
  run: async (off) => {
    const world = await openWorld({
      guard: { metadata: (document) => ({ ...document, code_challenge_methods_supported: methods }) },
    })
    const outcome = await reasonOf(world.call(world.session({}, off)))
    return { done: world.opened.length > 0, ...outcome }
  },
}))

const forgedState: Attack = {
  id: 'mcp-10',
  name: 'an answer with another state or none, before the right one',
  without: ['responseState'],
  run: async (off) => {
    const world = await openWorld()
    const openBrowser = async (url: URL): Promise<void> => {
      const redirect = url.searchParams.get('redirect_uri') ?? ''
      for (const query of [
        '',
        'code=CANARY-forged',
        'code=CANARY-forged&state=x',
        'code=CANARY-forged&state=',
      ])
        await fetch(`${redirect}?${query}&iss=${world.guard.issuer}`)
      await world.internet.browse(url).catch(() => {})
    }
    const outcome = await reasonOf(world.call(world.session({ openBrowser }, off)))
    const used = world.guard.tokenRequests.some(
      ({ body }) => body.get('code') !== null && !body.get('code')?.startsWith('CANARY-code'),
    )
    return { done: used || world.guard.tokenRequests.length === 0, ...(used ? {} : outcome) }
  },
}

const registrations = [
  { redirect_uris: ['https://evil.example.test/steal'] },
  { redirect_uris: ['http://127.0.0.1:1/x', 'https://evil.example.test/steal'] },
  { redirect_uris: 'https://evil.example.test/steal' },
].map((answered): Attack => ({
  id: 'mcp-13',
  name: `a registration answers ${JSON.stringify(answered)}`,
  without: ['registrationEcho'],
  reason: 'registration-refused',
  run: async (off) => {
    const world = await openWorld({
      guard: { registration: (document) => ({ ...document, ...answered, jwks: { keys: [] } }) },
    })
    const outcome = await reasonOf(world.call(world.session({}, off)))
    return { done: world.opened.length > 0, ...outcome }
  },
}))

const scopeEscalation: Attack = {
  id: 'mcp-15',
  name: 'a challenge asks for scope=admin',
  without: ['scopeApproval'],
  reason: 'scope-refused',
  run: async (off) => {
    const world = await openWorld({ server: { scopes: ['read'] } })
    const session = world.session({ scopes: ['read'] }, off)
    await world.call(session)
    world.server.behaviour.scopes = ['admin']
    const outcome = await reasonOf(world.call(session))
    return {
      done: world.opened.some((url) => url.searchParams.get('scope')?.includes('admin') === true),
      ...outcome,
    }
  },
}

testAttacks([mixUp, ...noPkce, forgedState, ...registrations, scopeEscalation])

test('mcp-10: a state counts once, also after the login was given up', async () => {
  const world = await openWorld()
  const shown: string[] = []
  const paste: OAuthOptions['paste'] = async (url) => {
    const answered =
      shown.at(-1) ?? (await world.internet.fetch(url, { redirect: 'manual' })).headers.get('location') ?? ''
    shown.push(answered)
    return answered
  }
  const session = world.session({ headless: true, paste })
  await session.login()
  await expect(session.login()).rejects.toMatchObject({ details: { reason: 'state-mismatch' } })
  expect(world.guard.tokenRequests).toHaveLength(1)
})

test('mcp-10: nobody can answer a login after ten minutes', async () => {
  const world = await openWorld()
  const slept: number[] = []
  const clock = {
    now: () => Date.now(),
    sleep: (duration: number, signal?: AbortSignal) => {
      slept.push(duration)
      return duration === 600_000 ? Promise.resolve() : systemClock.sleep(duration, signal)
    },
  }
  const session = world.session({ clock, openBrowser: () => new Promise(() => {}) })
  await expect(world.call(session)).rejects.toMatchObject({ details: { reason: 'login-failed' } })
  expect(slept).toContain(600_000)
})

test('mcp-15: scopes that grow without end lead to three logins at most, each agreed to', async () => {
  const world = await openWorld({ server: { scopes: ['s0'] } })
  let grown = 0
  world.server.behaviour.call = (request, response) => {
    if (request.headers.authorization === undefined) return false
    response
      .writeHead(403, { 'www-authenticate': `Bearer error="insufficient_scope", scope="s${++grown}"` })
      .end()
    return true
  }
  const session = world.session({ approve: async () => true })
  expect(await reasonOf(world.call(session))).toEqual({ reason: 'server-refuses-token' })
  expect(world.opened.length).toBeLessThanOrEqual(3)
})

test('mcp-15: what a person is asked holds no control characters, whoever wrote it', async () => {
  const world = await openWorld()
  const escape = '\u001B[8m'
  world.server.behaviour.metadata = (document) => ({
    ...document,
    authorization_servers: [
      `https://login.example.test/${escape}`,
      'https://l\u043Egin.example.test',
      world.guard.issuer,
      'https://x',
    ],
    scopes_supported: ['read', `wr${escape}ite`, 'b\u0430d', 'a"b', 'read'],
  })
  const shown: unknown[] = []
  const session = world.session({
    chooseIssuer: async (issuers) => {
      shown.push(issuers)
      return world.guard.issuer
    },
    approve: async (request) => shown.push(request) > 0,
  })
  expect(await world.call(session)).toBe(200)
  expect(shown).toMatchObject([[world.guard.issuer, 'https://x'], { scopes: ['read'] }])
})

test('mcp-15: scopes without end lead to no address that a browser could not open', async () => {
  const scopes = Array.from({ length: 20_000 }, (_, index) => `scope-${index}`)
  const world = await openWorld({
    server: { metadata: (document) => ({ ...document, scopes_supported: scopes }) },
  })
  expect(await reasonOf(world.call(world.session()))).toEqual({ reason: 'url-refused' })
  expect(world.opened).toEqual([])
})
