import { connect, createServer, type Socket } from 'node:net'

import { onTestFinished } from 'vitest'

/** A proxy that cuts each connection once so many bytes came back over it; the sizes are gone through in order, then nothing is cut. */
export async function cuttingProxy(
  target: number,
  sizes: readonly number[],
): Promise<{ readonly port: number; readonly cuts: () => number }> {
  const left = [...sizes]
  const open = new Set<Socket>()
  let cuts = 0
  const server = createServer((client) => {
    const most = left.shift() ?? Number.POSITIVE_INFINITY
    let size = 0
    const upstream = connect(target, '127.0.0.1')
    open.add(client).add(upstream)
    const end = (): void => {
      client.destroy()
      upstream.destroy()
    }
    client.on('data', (chunk) => upstream.write(chunk))
    upstream.on('data', (chunk) => {
      size += chunk.length
      if (size < most) {
        client.write(chunk)
        return
      }
      cuts += 1
      client.write(chunk.subarray(0, Math.max(0, chunk.length - (size - most))), end)
    })
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy listens on no port')
  return { port: address.port, cuts: () => cuts }
}
