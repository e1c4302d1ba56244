import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { oauthFailure } from '../oauth-failure.ts'

/** Listens for the browser that comes back (RFC 8252, 7.3). */
export interface RedirectListener extends AsyncDisposable {
  /** Where the browser is sent back to. Nobody else can listen there any more. */
  readonly redirectUri: string
  /** Resolves with the query of the first request that `isOurs` accepts. Others are turned away and change nothing. */
  answered(isOurs: (query: URLSearchParams) => boolean): Promise<URLSearchParams>
}

/** The page that the browser ends on. A fixed text: nothing of the request is in it. */
export type LandingPage = (query: URLSearchParams) => string

const usualPage: LandingPage = () =>
  '<!doctype html><meta charset="utf-8"><title>keepup</title><p>Done. Close this window and go back to keepup.</p>'

/**
 * Opens a listener on 127.0.0.1. `wanted` is a redirect URI whose path is kept, and whose port too where it has one. Fails `login-failed` where that port is taken.
 */
export async function listenForRedirect(
  wanted: URL,
  { page = usualPage, host = '127.0.0.1' }: { readonly page?: LandingPage; readonly host?: string } = {},
): Promise<RedirectListener> {
  const query = Promise.withResolvers<URLSearchParams>()
  let isOurs: ((query: URLSearchParams) => boolean) | undefined
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 10_000 }, (request, response) => {
    const found = readRequest(request, wanted.pathname, portOf(server.address()))
    const accepted = found !== undefined && isOurs?.(found) === true
    answer(response, accepted ? 200 : 400, accepted ? page(found) : 'This address is not for you.')
    if (accepted) query.resolve(found)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(taken(wanted, error)))
    server.listen({ host, port: Number(wanted.port), exclusive: true }, resolve)
  })
  const port = portOf(server.address())
  return {
    redirectUri: `http://${wanted.hostname}:${port}${wanted.pathname}`,
    answered: (accept) => {
      isOurs = accept
      return query.promise
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The query of a request for exactly this address: not of another path, nor of a page that reached this machine under another name. */
function readRequest(
  { method, url = '', headers }: IncomingMessage,
  path: string,
  port: number,
): URLSearchParams | undefined {
  const at = URL.parse(url, 'http://127.0.0.1')
  const isHere = headers.host === `127.0.0.1:${port}` || headers.host === `localhost:${port}`
  return method === 'GET' && isHere && at?.pathname === path ? at.searchParams : undefined
}

function answer(response: ServerResponse, status: number, page: string): void {
  response
    .writeHead(status, {
      'content-type': status === 200 ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      connection: 'close',
    })
    .end(page)
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}

function taken(wanted: URL, cause: Error): Error {
  return oauthFailure(
    'login-failed',
    `Nothing can listen at ${wanted.host}, where the browser is to come back: another program may. End that one, or leave the port out of the redirect URI.`,
    cause,
  )
}
