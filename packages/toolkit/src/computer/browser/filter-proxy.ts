import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type Duplex, Transform } from 'node:stream'

import { KeepupError } from '@keepup/core'

import type { HostVerdict, JudgeHost } from './judge-host.ts'

/** What was not let through. */
export interface BlockedHost {
  /** With its port where that is not the scheme's own. */
  readonly host: string
  readonly reason: string
  readonly count: number
}

/** A proxy through which a browser reaches the hosts that it may reach, and no other. */
export interface FilterProxy extends AsyncDisposable {
  /** Where it listens, on this machine alone. */
  readonly port: number
  /** What was blocked since it was last asked. */
  blocked(): readonly BlockedHost[]
}

/** What a proxy is made of. */
export interface FilterProxyOptions {
  readonly judge: JudgeHost
  /** After so many bytes received a connection is ended. */
  readonly mostReceived: number
}

/** How many blocked hosts are remembered. */
const mostRemembered = 200
/** How long a connection may take to be made, in milliseconds. */
const patience = 15_000

interface Place {
  readonly host: string
  readonly port: number
}

/**
 * An HTTP proxy (RFC 9110, section 9.3.6) that judges each request and each tunnel by its host before it connects. Everything that a browser does goes through it
 * when it is told to: redirects, parts of pages, WebSockets, workers, prefetching. What it does not let through gets 403.
 */
export async function openFilterProxy({ judge, mostReceived }: FilterProxyOptions): Promise<FilterProxy> {
  const blocked = new Map<string, BlockedHost>()
  const sockets = new Set<Duplex>()
  const admit = async (place: Place): Promise<HostVerdict> => {
    const verdict = await judge(place.host, place.port)
    if (verdict.type === 'blocked') remember(blocked, place, verdict.reason)
    return verdict
  }
  const server = createServer((asked, answer) => void forward(asked, answer))
  const forward = async (asked: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const url = URL.parse(asked.url ?? '')
    if (url?.protocol !== 'http:') return refuse(answer, 400, 'This is a proxy.')
    const place = { host: url.hostname, port: Number(url.port === '' ? 80 : url.port) }
    const verdict = await admit(place)
    if (verdict.type !== 'allowed')
      return refuse(answer, verdict.type === 'blocked' ? 403 : 502, `${place.host}: ${verdict.reason}.`)
    const remote = await connectFirst(verdict.addresses, place.port)
    if (remote === undefined) return refuse(answer, 502, `${url.host} does not answer.`)
    if (asked.destroyed) remote.destroy()
    else pass({ asked, answer, url, remote, mostReceived })
  }
  const tunnel = async (asked: IncomingMessage, client: Duplex, head: Buffer): Promise<void> => {
    const place = placeOf(asked.url ?? '')
    if (place === undefined) return (client.destroy(), undefined)
    const verdict = await admit(place)
    if (verdict.type !== 'allowed') {
      client.end(`HTTP/1.1 ${verdict.type === 'blocked' ? '403 Forbidden' : '502 Bad Gateway'}\r\n\r\n`)
      return
    }
    const remote = await connectFirst(verdict.addresses, place.port)
    if (remote === undefined) return (client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'), undefined)
    join(client, remote, head, mostReceived)
    sockets.add(remote)
    remote.once('close', () => sockets.delete(remote))
  }
  server.on('connect', (asked: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy())
    void tunnel(asked, client, head)
  })
  // A browser upgrades through a tunnel only.
  server.on('upgrade', (_: IncomingMessage, client: Duplex) => client.destroy())
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const port = await listen(server)
  return {
    port,
    blocked() {
      const found = [...blocked.values()]
      blocked.clear()
      return found
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function remember(blocked: Map<string, BlockedHost>, { host, port }: Place, reason: string): void {
  const name = port === 80 || port === 443 ? host : `${host}:${port}`
  const known = blocked.get(name)
  if (known === undefined && blocked.size >= mostRemembered) return
  blocked.set(name, { host: name, reason, count: (known?.count ?? 0) + 1 })
}

/** A host with its port, as CONNECT names it; spelled as in a URL, so that no spelling of an address passes for another. */
function placeOf(authority: string): Place | undefined {
  const port = /:(\d{1,5})$/.exec(authority)?.[1]
  const url = URL.parse(`http://${authority}`)
  if (port === undefined || url === null || url.pathname !== '/' || url.username !== '') return undefined
  return { host: url.hostname, port: Number(port) }
}

function refuse(answer: ServerResponse, status: number, text: string): void {
  answer.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-keepup': 'refused' })
  answer.end(`Refused by keepup: ${text}\n`)
}

/** Headers that concern one connection (RFC 9110, section 7.6.1). */
const ownHeaders = new Set(['connection', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te'])

function pass({
  asked,
  answer,
  url,
  remote,
  mostReceived,
}: {
  readonly asked: IncomingMessage
  readonly answer: ServerResponse
  readonly url: URL
  readonly remote: Socket
  readonly mostReceived: number
}): void {
  const headers = Object.fromEntries(Object.entries(asked.headers).filter(([name]) => !ownHeaders.has(name)))
  const sent = request(
    {
      createConnection: () => remote,
      method: asked.method ?? 'GET',
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: url.host },
    },
    (received) => {
      answer.writeHead(received.statusCode ?? 502, received.statusMessage, passedOn(received.rawHeaders))
      received
        .pipe(boundedStream(mostReceived))
        .on('error', () => answer.destroy())
        .pipe(answer)
      received.once('error', () => answer.destroy())
    },
  )
  sent.once('error', () => {
    if (answer.headersSent) answer.destroy()
    else refuse(answer, 502, `${url.host} does not answer.`)
  })
  answer.once('close', () => sent.destroy())
  asked.pipe(sent)
}

/** Pairs of names and values as they came, without those of the connection. */
function passedOn(raw: readonly string[]): string[] {
  return raw.filter((_, index) => !ownHeaders.has((raw[index - (index % 2)] ?? '').toLowerCase()))
}

function boundedStream(most: number): Transform {
  let left = most
  return new Transform({
    transform(chunk: Buffer, _, done) {
      left -= chunk.length
      if (left < 0) done(new KeepupError('tool-failed', `More than ${most} bytes came.`))
      else done(null, chunk)
    },
  })
}

async function connectFirst(addresses: readonly string[], port: number): Promise<Socket | undefined> {
  for (const host of addresses) {
    const socket = connect({ host, port, timeout: patience })
    const made = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('timeout', () => resolve(false))
      socket.once('error', () => resolve(false))
    })
    if (made) return socket.setTimeout(0)
    socket.destroy()
  }
  return undefined
}

function join(client: Duplex, remote: Socket, head: Buffer, mostReceived: number): void {
  const end = (): void => {
    client.destroy()
    remote.destroy()
  }
  remote.on('error', end)
  client.once('close', end)
  client.write('HTTP/1.1 200 Connection established\r\n\r\n')
  if (head.length > 0) remote.write(head)
  client.pipe(remote)
  remote.pipe(boundedStream(mostReceived)).on('error', end).pipe(client)
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  server.unref()
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') {
    throw new KeepupError('internal', 'The proxy of the browser has no port. Please report this.')
  }
  return address.port
}
