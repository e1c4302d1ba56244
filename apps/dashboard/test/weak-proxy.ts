import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

import { onTestFinished } from 'vitest'

/** Which guards of a server are taken off on the way through a proxy. */
export interface Weakness {
  /** What browsers say of where a request comes from is struck out. */
  readonly origin?: boolean
  /** Whatever is sent is called JSON. */
  readonly json?: boolean
  /** What the server tells browsers not to do is struck out. */
  readonly headers?: boolean
}

const saysWhere = ['origin', 'referer', 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest']
const forbids = [
  'content-security-policy',
  'x-frame-options',
  'cross-origin-resource-policy',
  'cross-origin-opener-policy',
]

/** Stands before a server as one that lacks some of its guards would be: for tests that an attack succeeds without them. Gives its address. */
export async function weakProxy(url: string, weakness: Weakness): Promise<string> {
  const { host, port } = new URL(url)
  const proxy = createServer((incoming, outgoing) => {
    const headers: NodeJS.Dict<string | string[]> = { ...incoming.headers, host }
    if (weakness.origin === true) for (const name of saysWhere) delete headers[name]
    if (weakness.json === true && incoming.method === 'POST') headers['content-type'] = 'application/json'
    const { method, url: path } = incoming
    const forwarded = request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      const told: NodeJS.Dict<string | string[]> = { ...answer.headers }
      if (weakness.headers === true) for (const name of forbids) delete told[name]
      outgoing.writeHead(answer.statusCode ?? 502, told)
      answer.pipe(outgoing)
    })
    forwarded.on('error', () => outgoing.destroy())
    incoming.pipe(forwarded)
  })
  return listening(proxy)
}

/** Serves one page as another origin would, until the test ends. Gives its address. */
export async function otherOrigin(html: string): Promise<string> {
  return listening(
    createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      response.end(html)
    }),
  )
}

async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // it listens on TCP
  return `http://127.0.0.1:${port}`
}
