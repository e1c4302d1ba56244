import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

import { KeepupError, systemClock } from '@keepup/core'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server'

import { openClientSession } from './client-session.ts'
import { createMcpServer } from './create-mcp-server.ts'
import type { HttpDefences } from './http-defences.ts'
import { mcpPath } from './http-guard.ts'
import { createLegacySessions } from './legacy-sessions.ts'
import type { ServeParts } from './serve-parts.ts'
import type { HttpOptions, ServedHttp } from './served-http.ts'

/** @limit In bytes: a larger request is answered with 413. */
const maxRequestBodySize = 16 * 1024 * 1024
/** @limit How many connections are held at once. */
const mostConnections = 512
/** In milliseconds: how long calls that are under way may take to end by themselves once the server is ended. */
const grace = 5_000

const loopback = ['127.0.0.1', 'localhost', '[::1]']

/** Serves as `serveMcpHttp` does, with these defences. */
export async function serveGuarded(
  parts: ServeParts,
  options: HttpOptions,
  { refuse, sessionId }: HttpDefences,
): Promise<ServedHttp> {
  const { host = '127.0.0.1', port, token } = options
  const name = host.includes(':') ? `[${host}]` : host
  checkAccess(name, token)
  const shared = openClientSession(parts)
  const sessions = createLegacySessions(parts, { sessionId, maxRequestBodySize })
  const onerror = (error: Error): void => parts.note?.(error.message)
  const modern = createMcpHandler(() => createMcpServer(parts, () => shared), {
    legacy: 'reject',
    maxRequestBodySize,
    onerror,
  })
  const fetch = async (request: Request): Promise<Response> =>
    (await isLegacyRequest(request, undefined, { maxRequestBodySize }))
      ? sessions.fetch(request)
      : modern.fetch(request)
  // Its types leave out that fields of a request may be undefined.
  const handle = toNodeHandler({ fetch }, { maxRequestBodySize, onerror }) as unknown as RequestListener
  const hosts = [...new Set([...loopback, name])]
  const server = createServer((request, response) => {
    const refusal = refuse(request, token === undefined ? { hosts } : { hosts, token })
    if (refusal === undefined) handle(request, response)
    else turnAway(request, response, refusal)
  })
  server.maxConnections = mostConnections
  const url = `http://${name}:${await listen(server, host, port)}${mcpPath}`
  return {
    url,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      await settle(() => shared.open + sessions.open)
      await Promise.all([shared[Symbol.asyncDispose](), sessions[Symbol.asyncDispose]()])
      await modern.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function checkAccess(name: string, token: string | undefined): void {
  if (name === '0.0.0.0' || name === '[::]') {
    throw new KeepupError(
      'configuration-invalid',
      `${name} is every address of this machine. Name the one by which clients reach it: their requests are checked against it.`,
    )
  }
  if (token === undefined && !loopback.includes(name)) {
    throw new KeepupError(
      'configuration-invalid',
      `Others reach ${name}: without a token they could run everything that is offered. Give a token, or listen on 127.0.0.1.`,
    )
  }
}

function turnAway(
  request: IncomingMessage,
  response: ServerResponse,
  { status, message }: { readonly status: number; readonly message: string },
): void {
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...challenge })
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }))
  request.resume()
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(
        new KeepupError(
          'configuration-invalid',
          `${host}:${port} cannot be listened on (${error.message}). Name another port.`,
          { cause: error },
        ),
      )
    server.once('error', fail)
    server.listen(port, host, () => resolve(server.off('error', fail) && undefined))
  })
  // It listens on a port, not on a path.
  return (server.address() as AddressInfo).port
}

async function settle(open: () => number): Promise<void> {
  for (let waited = 0; open() > 0 && waited < grace; waited += 50) await systemClock.sleep(50)
}
