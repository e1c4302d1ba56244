import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'

import { KeepupError } from '@keepup/core'

import type { TlsMaterial } from './tls-material.ts'

/** A port that is listened on. */
export interface ListeningHttp extends AsyncDisposable {
  readonly port: number
  /** Answers from now on; until then, requests are told to come again. */
  readonly answerWith: (answer: RequestListener) => void
}

/** @limit How many connections are held at once. */
const mostConnections = 1_024

/** Listens. Fails `configuration-invalid` where the port is taken. */
export async function listenHttp(
  host: string,
  port: number,
  tls: TlsMaterial | undefined,
): Promise<ListeningHttp> {
  let answer = starting
  const listener: RequestListener = (request, response) => answer(request, response)
  const server = tls === undefined ? createServer(listener) : createSecureServer(secured(tls), listener)
  server.maxConnections = mostConnections
  return {
    port: await listen(server, host, port),
    answerWith(given) {
      answer = given
    },
    [Symbol.asyncDispose]: () => close(server),
  }
}

const starting: RequestListener = (_request, response) => {
  response.writeHead(503, { 'retry-after': '1' }).end()
}

function secured({ key, certificate, clientAuthorities }: TlsMaterial) {
  return {
    key,
    cert: certificate,
    ...(clientAuthorities === undefined
      ? {}
      : { ca: clientAuthorities, requestCert: true, rejectUnauthorized: false }),
  }
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

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}
