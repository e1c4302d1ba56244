import { generateKeyPairSync } from 'node:crypto'

import { expect, test } from 'vitest'

import { openWorld, setClock } from './peer/world.ts'

test.each([
  ['client_secret_basic', /^Basic /, null],
  ['client_secret_post', undefined, 'p:w d%'],
])('a registration made beforehand is used, by %s', async (method, authorization, secret) => {
  const world = await openWorld({
    guard: { metadata: (document) => ({ ...document, token_endpoint_auth_methods_supported: [method] }) },
  })
  world.guard.clients.set('id/with:signs', { secret: 'p:w d%', redirectUris: ['http://127.0.0.1/callback'] })
  const client = { id: 'id/with:signs', secret: 'p:w d%', issuer: world.guard.issuer }
  expect(await world.call(world.session({ client }))).toBe(200)
  expect(world.guard.counts.register).toBe(0)
  const [request] = world.guard.tokenRequests
  expect(request?.authorization).toEqual(
    authorization === undefined ? undefined : expect.stringMatching(authorization),
  )
  expect(request?.body.get('client_secret')).toBe(secret)
})

test('a client metadata document comes before a registration', async () => {
  const world = await openWorld({
    guard: { metadata: (document) => ({ ...document, client_id_metadata_document_supported: true }) },
  })
  const metadataUrl = 'https://keepup.example.com/client.json'
  world.guard.clients.set(metadataUrl, { redirectUris: ['http://127.0.0.1/callback'] })
  expect(await world.call(world.session({ client: { metadataUrl } }))).toBe(200)
  expect(world.guard.counts.register).toBe(0)
})

test('an issuer that takes no registrations is told to a person', async () => {
  const world = await openWorld({
    guard: { metadata: ({ registration_endpoint: _, ...document }) => document },
  })
  await expect(world.call(world.session())).rejects.toMatchObject({
    code: 'authorisation-required',
    message: expect.stringContaining('client.id'),
  })
  expect(world.opened).toEqual([])
})

test('a client by itself gets tokens with its secret, and gets new ones when they end', async () => {
  const world = await openWorld()
  world.guard.clients.set('machine', { secret: 's', redirectUris: [] })
  const clock = setClock(1_000_000)
  world.guard.now = clock.now.bind(clock)
  const session = world.session({
    clock,
    grant: { type: 'client-credentials' },
    client: { id: 'machine', secret: 's' },
  })
  expect(await world.call(session)).toBe(200)
  clock.time += 3_590_000
  expect(await world.call(session)).toBe(200)
  expect(world.guard.tokenRequests.map(({ body }) => body.get('grant_type'))).toEqual([
    'client_credentials',
    'client_credentials',
  ])
  // Renewed before it ended: the server turned away nothing but the first call.
  expect(world.server.seen).toHaveLength(3)
  expect(world.opened).toEqual([])
})

test('a client by itself proves who it is with a private key', async () => {
  const world = await openWorld()
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  world.guard.clients.set('machine', { secret: 'never', method: 'private_key_jwt', redirectUris: [] })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const client = { id: 'machine', privateKey: { pem, algorithm: 'ES256' as const } }
  expect(await world.call(world.session({ grant: { type: 'client-credentials' }, client }))).toBe(200)
  const wrong = world.session({
    grant: { type: 'client-credentials' },
    client: { ...client, privateKey: { pem: 'x', algorithm: 'ES256' } },
  })
  await expect(world.call(wrong)).rejects.toMatchObject({ code: 'configuration-invalid' })
})

test('a workload shows its own token, once; a refusal is neither tried again nor answered by a browser', async () => {
  const world = await openWorld()
  world.guard.clients.set('workload', { redirectUris: [] })
  const targets: unknown[] = []
  const assertion = async (target: unknown): Promise<string> => (targets.push(target), 'workload-token')
  const session = world.session({ grant: { type: 'jwt-bearer', assertion }, client: { id: 'workload' } })
  expect(await world.call(session)).toBe(200)
  expect(targets).toEqual([{ issuer: world.guard.issuer, resource: world.server.url }])
  world.guard.clients.clear()
  world.guard.tokens.clear()
  await expect(world.call(session)).rejects.toMatchObject({ details: { reason: 'grant-refused' } })
  expect(world.guard.tokenRequests).toHaveLength(2)
  expect(world.opened).toEqual([])
})

test('an enterprise agrees: the ID token is exchanged at its provider, the assertion at the issuer', async () => {
  const world = await openWorld()
  world.guard.clients.set('app', { secret: 's', redirectUris: [] })
  const exchanged: URLSearchParams[] = []
  await world.internet.host('idp.example.test', (request, response) => {
    request.on('data', (data: Buffer) => exchanged.push(new URLSearchParams(data.toString())))
    request.on('end', () =>
      response.end(
        JSON.stringify({
          access_token: 'assertion',
          token_type: 'N_A',
          issued_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
        }),
      ),
    )
  })
  const provider = {
    tokenEndpoint: 'https://idp.example.test/token',
    clientId: 'at-idp',
    idToken: async () => 'id-token',
  }
  const session = world.session({
    grant: { type: 'enterprise-managed', provider },
    client: { id: 'app', secret: 's' },
  })
  expect(await world.call(session)).toBe(200)
  expect(Object.fromEntries(exchanged[0] ?? [])).toMatchObject({
    subject_token: 'id-token',
    audience: world.guard.issuer,
    resource: world.server.url,
    client_id: 'at-idp',
  })
  expect(world.guard.tokenRequests[0]?.body.get('assertion')).toBe('assertion')
})

test('tokens are bound to a key, with the nonces that servers want', async () => {
  const world = await openWorld({ guard: { nonce: 'nonce-of-issuer' } })
  let challenged = 0
  world.server.behaviour.call = (request, response) => {
    const [, payload = ''] = String(request.headers['dpop']).split('.')
    if (request.headers.authorization === undefined || Buffer.from(payload, 'base64url').includes('"n2"'))
      return false
    challenged++
    response.writeHead(401, { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n2' }).end()
    return true
  }
  const session = world.session({ dpop: true })
  expect([await world.call(session), await world.call(session), challenged]).toEqual([200, 200, 1])
  expect(world.server.seen.at(-1)).toMatch(/^DPoP /)
  expect(world.opened[0]?.searchParams.get('dpop_jkt')).toMatch(/^[\w-]{43}$/)
})
