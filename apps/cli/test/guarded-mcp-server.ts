import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json as readJson, text as readText } from 'node:stream/consumers'

/** A server of the Model Context Protocol on this machine that wants a login, and the authorisation server that gives it. */
export interface GuardedServer extends AsyncDisposable {
  readonly url: string
  /** The paths that were asked for, in their order. */
  readonly asked: string[]
  readonly revoked: string[]
}

interface Call {
  readonly id?: number
  readonly method: string
}

/** Starts it. A person who comes by with a browser agrees at once. */
export async function startGuardedServer(): Promise<GuardedServer> {
  const asked: string[] = []
  const revoked: string[] = []
  const valid = new Set<string>()
  let count = 0
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has such an address.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', origin)
    asked.push(url.pathname)
    const send = (status: number, body: object, headers: Record<string, string> = {}): void =>
      void response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body))
    const given = (): object => {
      const token = `token-${(count += 1)}`
      valid.add(token)
      return {
        access_token: token,
        token_type: 'Bearer',
        expires_in: 3_600,
        refresh_token: `refresh-${count}`,
      }
    }
    const pages: Readonly<Record<string, () => void | Promise<void>>> = {
      '/.well-known/oauth-protected-resource/mcp': () =>
        send(200, { resource: `${origin}/mcp`, authorization_servers: [origin] }),
      '/.well-known/oauth-authorization-server': () => send(200, metadata()),
      '/register': async () => send(201, { ...((await readJson(request)) as object), client_id: 'a-client' }), // echoed as it came
      '/authorize': () => {
        const back = new URL(url.searchParams.get('redirect_uri') ?? '')
        for (const [name, value] of [
          ['code', 'a-code'],
          ['state', url.searchParams.get('state') ?? ''],
          ['iss', origin],
        ] as const) {
          back.searchParams.set(name, value)
        }
        response.writeHead(302, { location: back.href }).end()
      },
      '/token': () => send(200, given()),
      '/revoke': async () => {
        revoked.push(new URLSearchParams(await readText(request)).get('token') ?? '')
        valid.clear()
        send(200, {})
      },
      '/mcp': () => speak(request, send),
    }
    await (pages[url.pathname] ?? (() => send(404, {})))()
  }

  async function speak(
    request: IncomingMessage,
    send: (status: number, body: object, headers?: Record<string, string>) => void,
  ): Promise<void> {
    if (!valid.has(request.headers.authorization?.replace('Bearer ', '') ?? '')) {
      const at = `${origin}/.well-known/oauth-protected-resource/mcp`
      return send(401, {}, { 'www-authenticate': `Bearer resource_metadata="${at}"` })
    }
    if (request.method !== 'POST') return send(405, {})
    const { id, method } = (await readJson(request)) as Call // the hub's own words
    if (id === undefined) return send(202, {})
    const results: Readonly<Record<string, object>> = {
      initialize: {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'guarded', version: '1.0.0' },
      },
      'tools/list': {
        tools: [{ name: 'secret', description: 'Tells it.', inputSchema: { type: 'object' } }],
      },
      'tools/call': { content: [{ type: 'text', text: 'only for those who logged in' }] },
    }
    const result = results[method]
    send(200, {
      jsonrpc: '2.0',
      id,
      ...(result === undefined ? { error: { code: -32_601, message: 'no' } } : { result }),
    })
  }

  function metadata(): object {
    return {
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/register`,
      revocation_endpoint: `${origin}/revoke`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      authorization_response_iss_parameter_supported: true,
    }
  }

  return {
    url: `${origin}/mcp`,
    asked,
    revoked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
