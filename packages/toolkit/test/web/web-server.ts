import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

import { onTestFinished } from 'vitest'

import { certificate } from './certificate.ts'

/** A server of a test: where it listens, and the connections that it saw. */
export interface WebServer {
  readonly port: number
  readonly connections: number
  /** Resolves once every connection is closed, whoever closed it. */
  closed(): Promise<void>
}

/** Answers requests as a well-behaved server would. */
export function serve(listener: RequestListener): Promise<WebServer> {
  return listen(createHttpServer(listener))
}

/** The same with TLS, and a certificate that nobody trusts. */
export function serveSecure(listener: RequestListener): Promise<WebServer> {
  return listen(createHttpsServer(certificate, listener))
}

/** Hands over the socket once a request came, to be answered with whatever bytes. */
export function serveRaw(answer: (socket: Socket, path: string) => void): Promise<WebServer> {
  return listen(
    createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', (data) => answer(socket, data.toString('latin1').split(' ')[1] ?? ''))
    }),
  )
}

async function listen(server: Server, host = '127.0.0.1'): Promise<WebServer> {
  const open = new Set<Socket>()
  let connections = 0
  let empty = (): void => {}
  server.on('connection', (socket: Socket) => {
    connections++
    open.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => {
      open.delete(socket)
      if (open.size === 0) empty()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  // A server that listens at a port has an address with one.
  const { port } = server.address() as AddressInfo
  return {
    port,
    get connections() {
      return connections
    },
    closed: () => (open.size === 0 ? Promise.resolve() : new Promise((resolve) => (empty = resolve))),
  }
}
