import { generateAgentCardSignature, verifyAgentCardSignature, type AgentCard, TaskState } from '@a2a-js/sdk'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, test, vi } from 'vitest'

import { connectAgent } from '../../../src/protocol/client/index.ts'
import {
  type A2aAgent,
  apiKeys,
  bearerTokens,
  clientCertificates,
  jsonWebTokens,
} from '../../../src/protocol/server/index.ts'
import { at, bindingsOf, items, type Json } from '../bindings.ts'
import { authority, client, server, stranger } from '../certificates.ts'
import { askSecurely, listSecurely } from '../secured-calls.ts'
import { all, cardText, said, serve } from '../served.ts'
import { names } from './scene.ts'

vi.setConfig({ testTimeout: 30_000 })

const tokens = bearerTokens({ alice: 'token-of-alice', bob: 'token-of-bob' })
const alice = { authorization: 'Bearer token-of-alice' }
const bob = { authorization: 'Bearer token-of-bob' }

/** Refusals of whoever is not known. */
const unknown: Readonly<Record<string, number>> = { JSONRPC: 401, 'HTTP+JSON': 401, GRPC: 16 }

describe('callers', () => {
  test('AUTH-SERVER-001 AUTH-SERVER-002 AUTH-SCOPE-001 BIND-EQUIV-004: nobody does anything who is not known, over any binding', async () => {
    const keys = apiKeys({ carol: 'key-of-carol' })
    const served = await serve({ authenticators: [tokens, keys] }, { grpcPort: 0 })
    expect(Object.keys(served.card.securitySchemes)).toEqual(['bearer', 'apiKey'])
    expect(served.card.securityRequirements).toHaveLength(2)
    const operations = [
      'SendMessage',
      'GetTask',
      'ListTasks',
      'CancelTask',
      'GetExtendedAgentCard',
      'ListTaskPushNotificationConfigs',
    ]
    for (const binding of await bindingsOf(served.card)) {
      for (const headers of [
        {},
        { authorization: 'Bearer wrong' },
        { authorization: 'Basic token-of-alice' },
        { 'x-api-key': 'wrong' },
      ])
        for (const operation of operations) {
          const { code } = await binding.call(operation, { ...said('x'), id: 'x', taskId: 'x' }, headers)
          expect(code).toBe(unknown[binding.name])
        }
      for (const headers of [alice, { 'x-api-key': 'key-of-carol' }])
        expect((await binding.call('SendMessage', said('x'), headers)).result).toHaveProperty('task')
    }
    const { headers } = await fetch(`${served.url}/a2a/rest/tasks`)
    expect(headers.get('www-authenticate')).toBe('Bearer, ApiKey header="X-API-Key"')
  })

  test('AUTH-SCOPE-002 AUTH-SCOPE-003 CORE-LIST-001: what is of one caller does not exist for another', async () => {
    const served = await serve({ authenticators: [tokens] }, { grpcPort: 0 })
    for (const binding of await bindingsOf(served.card)) {
      const made = await binding.call('SendMessage', said('x', { messageId: 'tck-input-required-s' }), alice)
      const id = at(made.result, 'task', 'id')
      const missing = await binding.call('GetTask', { id: '0'.repeat(32) }, bob)
      const hidden = await binding.call('GetTask', { id }, bob)
      expect({ ...hidden, message: '', headers: undefined }).toEqual({
        ...missing,
        message: '',
        headers: undefined,
      })
      expect(await binding.call('CancelTask', { id }, bob)).toMatchObject({ reason: 'TASK_NOT_FOUND' })
      expect(await binding.call('SendMessage', said('x', { taskId: id }), bob)).toMatchObject({
        reason: 'TASK_NOT_FOUND',
      })
      const listed = async (who: typeof bob): Promise<readonly Json[]> =>
        items(at((await binding.call('ListTasks', {}, who)).result, 'tasks')).map((task) => at(task, 'id'))
      expect(await listed(bob)).not.toContain(id)
      expect(await listed(alice)).toContain(id)
      // The same id of a message of another caller is another message.
      const own = await binding.call('SendMessage', said('x', { messageId: 'tck-input-required-s' }), bob)
      expect(at(own.result, 'task', 'id')).not.toBe(id)
    }
  })

  test('tokens of an authorisation server are taken as long as they hold', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const other = await generateKeyPair('ES256')
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] }
    const issuer = 'https://login.example'
    const way = jsonWebTokens({ issuer, audience: 'agent', keys, scopes: ['tasks'] })
    const make = (
      claims: object,
      { key = privateKey, expires = '5m', audience = 'agent', by = issuer } = {},
    ): Promise<string> =>
      new SignJWT({ scope: 'tasks other', sub: 'dave', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k' })
        .setIssuer(by)
        .setAudience(audience)
        .setExpirationTime(expires)
        .sign(key)
    const callerOf = async (token: string): Promise<Json> =>
      way.authenticate({ header: (name) => (name === 'authorization' ? `Bearer ${token}` : undefined) })
    expect(await callerOf(await make({}))).toEqual({ name: 'dave' })
    const wrong = [
      make({ scope: 'other' }),
      make({ sub: undefined }),
      make({}, { expires: '-5m' }),
      make({}, { audience: 'another' }),
      make({}, { by: 'https://evil.example' }),
      make({}, { key: other.privateKey }),
    ]
    for (const token of wrong) expect(await callerOf(await token)).toBeUndefined()
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"dave"}').toString('base64url')}.`
    expect(await callerOf(none)).toBeUndefined()
    expect(() => jsonWebTokens({ issuer, audience: 'a', keys: new URL('http://keys.example') })).toThrow(
      /https/,
    )
  })

  test('AUTH-TLS-001 AUTH-TLS-002 GRPC-SVC-003: all bindings are served by TLS, and certificates of clients say who they are', async () => {
    const tls = { key: server.key, certificate: server.certificate, clientAuthorities: authority }
    const served = await serve({ authenticators: [clientCertificates()] }, { grpcPort: 0, tls })
    expect(served.card.supportedInterfaces.filter(({ url }) => url.startsWith('http:'))).toEqual([])
    const card = await askSecurely(`${served.url}/.well-known/agent-card.json`)
    expect(card).toMatchObject({ status: 200, protocol: expect.stringMatching(/^TLSv1\.[23]$/) })
    const tasks = `${served.url}/a2a/rest/tasks`
    expect(await askSecurely(tasks)).toMatchObject({ status: 401 })
    expect(await askSecurely(tasks, stranger)).toMatchObject({ status: 401 })
    expect(await askSecurely(tasks, client)).toMatchObject({ status: 200 })
    const address = served.grpcAddress?.replace('127.0.0.1', 'localhost') ?? ''
    expect(await listSecurely(address, client)).toBe(0)
    // Where gRPC asks for certificates, TLS lets nobody in without one.
    expect(await listSecurely(address)).toBe(14)
    expect(await listSecurely(address, stranger)).toBe(14)
  })

  test('pages of browsers do not get in by another name', async () => {
    const served = await serve()
    const port = new URL(served.url).port
    const { request } = await import('node:http')
    const status = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const sent = request(
          { host: '127.0.0.1', port, path: '/.well-known/agent-card.json', headers },
          (response) => {
            response.resume()
            resolve(response.statusCode)
          },
        )
        sent.on('error', reject)
        sent.end()
      })
    expect(await status({ host: `localhost:${port}` })).toBe(200)
    expect(await status({ host: `evil.example:${port}` })).toBe(403)
    expect(await status({ host: `127.0.0.1:${port}`, origin: 'https://evil.example' })).toBe(403)
    expect(await status({ host: `127.0.0.1:${port}`, origin: 'null' })).toBe(403)
    expect(await status({ host: `127.0.0.1:${port}`, origin: `http://localhost:${port}` })).toBe(200)
    await expect(serve({}, { host: '0.0.0.0' })).rejects.toThrow(/every address/)
    await expect(serve({}, { host: '192.0.2.1' })).rejects.toThrow(/without authentication/)
  })
})

describe('authorisation within a task', () => {
  /** Asks for a login, and goes on by itself once it was made elsewhere. */
  function agentThatAsks(loggedIn: Promise<void>): A2aAgent {
    return {
      async run(turn) {
        await turn.status(
          TaskState.TASK_STATE_AUTH_REQUIRED,
          'Authorise the agent at https://login.example.',
          { stays: true },
        )
        await loggedIn
        await turn.status(TaskState.TASK_STATE_COMPLETED, 'Thank you.')
      },
    }
  }

  test.each(names)(
    'AUTH-INTASK-001 AUTH-INTASK-002 AUTH-INTASK-003 AUTH-INTASK-004 AUTH-INTASK-005: a task asks for it, says what for, and goes on once it is given elsewhere: %s',
    async (name) => {
      const given = Promise.withResolvers<void>()
      const served = await serve({ agent: agentThatAsks(given.promise) }, { grpcPort: 0 })
      const binding = (await bindingsOf(served.card)).find((one) => one.name === name)
      const stream = await binding?.stream('SendStreamingMessage', said('x'))
      const asked = await binding?.call('SendMessage', said('y'))
      expect(asked?.result).toMatchObject({
        task: {
          id: expect.any(String),
          status: {
            state: 'TASK_STATE_AUTH_REQUIRED',
            message: { parts: [{ text: expect.stringContaining('https://login.example') }] },
          },
        },
      })
      given.resolve()
      const events = stream === undefined ? [] : await all(stream.events)
      expect(events.map((event) => at(event, 'statusUpdate', 'status', 'state'))).toEqual([
        undefined,
        'TASK_STATE_AUTH_REQUIRED',
        'TASK_STATE_COMPLETED',
      ])
    },
  )

  test('AUTH-INTASK-006: messages are taken while it waits', async () => {
    const served = await serve({}, { grpcPort: 0 })
    for (const binding of await bindingsOf(served.card)) {
      const asked = await binding.call(
        'SendMessage',
        said('x', { messageId: `tck-auth-required-${binding.name}` }),
      )
      const taskId = at(asked.result, 'task', 'id')
      const refused = await binding.call('SendMessage', said('reject: I will not', { taskId }))
      expect(refused.result).toMatchObject({ task: { id: taskId, status: { state: 'TASK_STATE_REJECTED' } } })
    }
  })
})

describe('cards', () => {
  test('CARD-EXT-001 CARD-EXT-002: more is shown to those who are known, where there is more', async () => {
    const extendedCard = (card: AgentCard): Promise<AgentCard> =>
      Promise.resolve({ ...card, description: 'For you.' })
    const served = await serve({ authenticators: [tokens], extendedCard }, { grpcPort: 0 })
    for (const binding of await bindingsOf(served.card)) {
      expect((await binding.call('GetExtendedAgentCard', {})).code).toBe(unknown[binding.name])
      expect((await binding.call('GetExtendedAgentCard', {}, alice)).result).toMatchObject({
        description: 'For you.',
      })
    }
    // One that was promised and is not there.
    const { createRequestHandler } =
      await import('../../../src/protocol/server/requests/create-request-handler.ts')
    const { ServerCallContext } = await import('@a2a-js/sdk/server')
    const card = { ...served.card, capabilities: { extensions: [], extendedAgentCard: true } }
    const parts = { card: () => card } as unknown as Parameters<typeof createRequestHandler>[0] // nothing else is looked at
    const handler = createRequestHandler(parts)
    await expect(
      handler.getAuthenticatedExtendedAgentCard({ tenant: '' }, new ServerCallContext({})),
    ).rejects.toMatchObject({ reason: 'EXTENDED_AGENT_CARD_NOT_CONFIGURED' })
  })

  test('CARD-SIGN-001 CARD-SIGN-002 CARD-SIGN-003 CARD-SIGN-004: a card is signed over its canonical form, by a key that is named, and others do not pass', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const signCard = generateAgentCardSignature(privateKey, { alg: 'ES256', kid: 'key-1', typ: 'JOSE' })
    const served = await serve({ signCard, authenticators: [tokens] })
    const [signature] = served.card.signatures
    const header: Json = JSON.parse(Buffer.from(signature?.protected ?? '', 'base64url').toString())
    expect(header).toMatchObject({ alg: 'ES256', kid: 'key-1' })
    const verify = verifyAgentCardSignature((kid) => {
      if (kid === 'key-1') return Promise.resolve(publicKey)
      return Promise.reject(new Error('the key was withdrawn'))
    })
    const verifyCard = async (card: AgentCard): Promise<void> => verify(card)
    const raw: Json = await (
      await fetch(`${served.url}/.well-known/agent-card.json`, { headers: { 'A2A-Version': '1.0' } })
    ).json()
    expect(raw).toHaveProperty('securitySchemes.bearer')
    const reach = { allowHosts: ['127.0.0.1'] }
    await expect(connectAgent({ url: served.url }, { reach, verifyCard })).resolves.toMatchObject({
      card: { name: 'Echo' },
    })
    await expect(
      connectAgent({ card: { ...served.card, description: 'Forged.' } }, { reach, verifyCard }),
    ).rejects.toThrow(/./)
    await expect(
      connectAgent({ card: { ...served.card, signatures: [] } }, { reach, verifyCard }),
    ).rejects.toThrow(/./)
    const withdrawn = verifyAgentCardSignature(() => Promise.reject(new Error('the key was withdrawn')))
    await expect(
      connectAgent({ card: served.card }, { reach, verifyCard: async (card) => withdrawn(card) }),
    ).rejects.toThrow(/./)
  })

  test('VER-CLIENT-001 VER-CLIENT-002: the client names its version in every request, without a patch', async () => {
    const { createServer } = await import('node:http')
    const seen: (string | string[] | undefined)[] = []
    const card = { ...cardText, supportedInterfaces: [] }
    const peer = createServer((request, response) => {
      seen.push(request.headers['a2a-version'])
      const port = request.socket.localPort
      const supportedInterfaces = [
        { url: `http://127.0.0.1:${port}/rpc`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
      ]
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify(
          request.method === 'GET'
            ? { ...card, capabilities: {}, supportedInterfaces }
            : { jsonrpc: '2.0', id: 1, result: {} },
        ),
      )
    })
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve))
    const address = peer.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const { client: remote } = await connectAgent(
      { url: `http://127.0.0.1:${port}` },
      { reach: { allowHosts: ['127.0.0.1'] } },
    )
    await remote.getTask({ id: 'x', tenant: '' }).catch(() => undefined)
    await remote
      .listTasks({
        tenant: '',
        contextId: '',
        status: TaskState.TASK_STATE_UNSPECIFIED,
        pageToken: '',
        statusTimestampAfter: undefined,
      })
      .catch(() => undefined)
    expect(seen).toEqual(['1.0', '1.0', '1.0'])
    peer.close()
  })
})
