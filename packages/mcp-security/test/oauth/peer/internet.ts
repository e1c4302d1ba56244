import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

import { type Fetch, systemClock } from '@keepup/core'
import { onTestFinished } from 'vitest'

import { allDefences } from '../../../src/oauth/defences.ts'
import { guardedFetch } from '../../../src/oauth/network/guarded-fetch.ts'
import { usualLimits } from '../../../src/oauth/network/reach.ts'
import { certificate } from './certificate.ts'

/** An internet of a test: names, addresses of the public internet, and what a session needs to meet them on this machine. */
export interface Internet {
  /** Serves https at a name, which gets a public address of its own. Returns its origin. */
  readonly host: (name: string, listener: RequestListener) => Promise<string>
  /** The same with bytes in place of answers, over TLS. */
  readonly hostRaw: (name: string, answer: (socket: Socket, path: string) => void) => Promise<string>
  /** Points a name to addresses; a list of lists answers one after another, as rebinding does. */
  readonly point: (name: string, ...answers: readonly (readonly string[])[]) => void
  readonly reach: { readonly resolve: (name: string) => Promise<readonly string[]> }
  readonly route: (address: string, port: number) => { readonly host: string; readonly port: number }
  /** Addresses that were connected to, and by no host of this internet: they lead into a trap. */
  readonly trapped: string[]
  /** How many connections came to the trap in fact. */
  readonly trapConnections: number
  /** Calls hosts of this internet, and this machine, as a platform's fetch would. */
  readonly fetch: Fetch
  /** What a person's browser does with a login: follows it to its end. */
  readonly browse: (url: URL) => Promise<void>
}

/** Opens an internet of its own. */
export async function openInternet(): Promise<Internet> {
  // For this process of tests: reading all authorities anew for every session would take longer than the tests.
  setDefaultCACertificates([...getCACertificates('bundled'), certificate.cert])
  const ports = new Map<string, number>()
  const names = new Map<string, (readonly string[])[]>()
  const trapped: string[] = []
  let trapConnections = 0
  const trap = createServer((_, response) => response.end('{}'))
  trap.on('connection', () => trapConnections++)
  const trapPort = await listen(trap)
  const add = async (name: string, server: Server): Promise<string> => {
    const address = `93.184.216.${ports.size + 10}`
    ports.set(address, await listen(server))
    names.set(name, [[address]])
    return `https://${name}`
  }
  const resolve = (name: string): Promise<readonly string[]> => {
    const answers = names.get(name) ?? []
    return Promise.resolve((answers.length > 1 ? answers.shift() : answers[0]) ?? [])
  }
  const reach = { resolve }
  const known = (address: string): { readonly host: string; readonly port: number } | undefined => {
    const port = ports.get(address)
    return port === undefined ? undefined : { host: '127.0.0.1', port }
  }
  const fetch = guardedFetch(
    {
      ...usualLimits,
      reach,
      server: new URL('http://127.0.0.1'),
      route: (address, port) => known(address) ?? { host: address, port },
      clock: systemClock,
    },
    allDefences,
  )
  return {
    host: (name, listener) => add(name, createSecureServer(certificate, listener)),
    hostRaw: (name, answer) =>
      add(name, createSecureServer(certificate).on('secureConnection', rawly(answer))),
    point: (name, ...answers) => void names.set(name, [...answers]),
    reach,
    route: (address, port) => {
      const target = known(address)
      if (target === undefined) trapped.push(`${address}:${port}`)
      return target ?? { host: '127.0.0.1', port: trapPort }
    },
    trapped,
    get trapConnections() {
      return trapConnections
    },
    fetch,
    browse: (url) => browse(url, fetch),
  }
}

async function browse(url: URL, fetch: Fetch): Promise<void> {
  for (let at = url, hops = 0; hops < 10; hops++) {
    const response = await fetch(at, { redirect: 'manual' })
    await response.text()
    const location = response.headers.get('location')
    if (location === null) return
    at = new URL(location, at)
  }
}

function rawly(answer: (socket: Socket, path: string) => void): (socket: Socket) => void {
  return (socket) => {
    socket.on('error', () => {})
    socket.once('data', (data) => answer(socket, data.toString('latin1').split(' ')[1] ?? ''))
  }
}

/** Listens on 127.0.0.1 until the test is over. */
export async function listen(server: Server): Promise<number> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  // A server that listens at a port has an address with one.
  return (server.address() as AddressInfo).port
}
