import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A proxy before a server that ends connections as the server does when it is told to, in one packet with the end of an answer. */
export interface EndingProxy {
  readonly url: string
  /** Ends so many connections with their answer number `answer` from now on; 1 is the one that says that the connection is made. */
  end(answer: number, connections: number): void
  /** How many were ended. */
  readonly ended: number
  close(): Promise<void>
}

/** What `pg_terminate_backend` makes the server say: severity, code and message, each a letter and a text that ends with NUL. */
const fields = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'
const termination = Buffer.alloc(5 + fields.length)
termination.write('E')
termination.writeInt32BE(4 + fields.length, 1)
termination.write(fields, 5)

const readyForQuery = 'Z'.charCodeAt(0)

/** Starts a proxy before the server of an address. */
export async function startEndingProxy(address: string): Promise<EndingProxy> {
  const target = new URL(address)
  const wanted = { answer: 0, connections: 0 }
  let ended = 0
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.end())
    client.on('data', (data) => void upstream.write(data))
    let unread = Buffer.alloc(0)
    let answers = 0
    upstream.on('data', (data) => {
      unread = Buffer.concat([unread, data])
      const whole = wholeMessages(unread)
      unread = unread.subarray(whole.length)
      answers += whole.answers.length
      if (wanted.connections === 0 || answers < wanted.answer) {
        client.write(whole.bytes)
        return
      }
      wanted.connections -= 1
      ended += 1
      client.end(Buffer.concat([whole.bytes, termination]))
      upstream.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const listening = server.address()
  const url = new URL(address)
  url.port = String(typeof listening === 'object' ? listening?.port : 0)
  return {
    url: url.href,
    end: (answer, connections) => void Object.assign(wanted, { answer, connections }),
    get ended() {
      return ended
    },
    close: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** The messages that are there whole: a letter, a length that counts itself, a body. */
function wholeMessages(bytes: Buffer): { bytes: Buffer; length: number; answers: number[] } {
  const answers: number[] = []
  let length = 0
  while (length + 5 <= bytes.length) {
    const next = length + 1 + bytes.readInt32BE(length + 1)
    if (next > bytes.length) break
    if (bytes[length] === readyForQuery) answers.push(length)
    length = next
  }
  return { bytes: bytes.subarray(0, length), length, answers }
}
