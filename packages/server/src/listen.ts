import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { getRequestListener } from '@hono/node-server'
import { KeepupError } from '@keepup/core'

import type { KeepupServer } from './create-server.ts'

/** Where to listen. */
export interface ListenOptions {
  /** `127.0.0.1` when left out. */
  readonly host?: string
  /** One that is free when left out. */
  readonly port?: number
  /** How long readers of streams may take to leave once the server ends, in milliseconds; 2,000 when left out. */
  readonly patience?: number
}

/** A server that listens. */
export interface Listening {
  /** Such as `http://127.0.0.1:4000`. */
  readonly url: string
  readonly port: number
  /** Takes no more requests, interrupts runs so that each records where it stopped, lets answers go out, and ends. Idempotent. */
  close(): Promise<void>
}

/** Opens a port before there is a server: whoever makes one needs to know which hosts it is asked for. Fails `configuration-invalid` where the port is taken. */
export async function listen(
  make: (hosts: readonly string[]) => KeepupServer,
  { host = '127.0.0.1', port = 0, patience = 2000 }: ListenOptions = {},
): Promise<Listening> {
  let server: KeepupServer | undefined
  const answer = getRequestListener((request, environment) => {
    if (server === undefined) return new Response(null, { status: 503 })
    return server.fetch(request, environment)
  })
  const http = createHttpServer((request, response) => void answer(request, response))
  // Whoever sends headers or a body slower than this is not waited for.
  http.headersTimeout = 10_000
  http.requestTimeout = 30_000
  http.maxConnections = 2048
  await bound(http, host, port)
  const { port: taken } = http.address() as AddressInfo // it listens on TCP
  const made = make(hostsOf(host, taken))
  server = made
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => void http.close(() => resolve()))
    await made.close()
    http.closeIdleConnections()
    const timer = setTimeout(() => http.closeAllConnections(), patience)
    await closed
    clearTimeout(timer)
  }
  return { url: `http://${inUrl(host)}:${taken}`, port: taken, close: () => (closing ??= close()) }
}

async function bound(http: ReturnType<typeof createHttpServer>, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  http.once('error', reject)
  http.listen(port, host, resolve)
  try {
    await promise
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const next = 'Name another port, or 0 for one that is free.'
    throw new KeepupError(
      'configuration-invalid',
      `${inUrl(host)}:${port} cannot be listened on: ${why}. ${next}`,
      { cause },
    )
  } finally {
    http.off('error', reject)
  }
}

/** The names that a request may call the server by. */
function hostsOf(host: string, port: number): readonly string[] {
  const local = ['127.0.0.1', '::1', 'localhost', '0.0.0.0', '::'].includes(host)
  const names = local ? ['127.0.0.1', 'localhost', '[::1]'] : [inUrl(host)]
  return names.map((name) => `${name}:${port}`)
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
