import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Where a connection is cut: before the server gets what is sent, or after it did but before its answer comes back. */
export type Cut = 'before-request' | 'before-answer'

/** A proxy before a server that cuts connections where a test wants it. */
export interface CuttingProxy {
  readonly url: string
  /** Cuts the next connection that sends something with this text in it. Gives how often it cut so far. */
  cut(text: string, where: Cut): void
  readonly cuts: number
  close(): Promise<void>
}

/** Starts a proxy before the server of an address. */
export async function startProxy(address: string): Promise<CuttingProxy> {
  const target = new URL(address)
  let armed: { text: string; where: Cut } | undefined
  let cuts = 0
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    let isMute = false
    client.on('data', (data) => {
      if (armed !== undefined && data.includes(armed.text)) {
        const { where } = armed
        armed = undefined
        cuts += 1
        if (where === 'before-request') {
          client.destroy()
          return
        }
        isMute = true
      }
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (isMute) client.destroy()
      else client.write(data)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const listening = server.address()
  const url = new URL(address)
  url.port = String(typeof listening === 'object' ? listening?.port : 0)
  return {
    url: url.href,
    cut: (text, where) => void (armed = { text, where }),
    get cuts() {
      return cuts
    },
    close: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
