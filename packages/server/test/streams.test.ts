import { createConnection, createServer as createTcpServer, type Socket } from 'node:net'

import { memoryCheckpointer } from '@keepup/checkpoint'
import { currentOwner } from '@keepup/checkpoint'
import type { Checkpointer } from '@keepup/core'
import { expect, onTestFinished, test } from 'vitest'

import { readEvents } from './read-events.ts'
import { serve, token, until } from './serve.ts'

const headers = { authorization: `Bearer ${token}` }

/** Appends notes to a thread, one commit each. */
async function note(checkpointer: Checkpointer, thread: string, from: number, to: number): Promise<void> {
  await using lease = await checkpointer.lease(thread, currentOwner('writer'), 10_000)
  for (let at = from; at <= to; at += 1) {
    const entry = { type: 'note-taken', version: 1, critical: false, time: at, by: 'user', data: { at } }
    await checkpointer.commit({
      appends: [{ thread, after: at - 1, lease: lease.token, entries: [entry] }],
      flush: 'process',
    })
  }
}

/** A seeded chance, so that a failure can be repeated. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** A proxy that cuts each connection after so many bytes of the answer. */
async function cutting(
  port: () => number,
  bytes: () => number,
): Promise<{ readonly port: number; readonly cuts: () => number }> {
  let cuts = 0
  const sockets = new Set<Socket>()
  const server = createTcpServer((client) => {
    const upstream = createConnection(port(), '127.0.0.1')
    let left = bytes()
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        client.destroy()
        upstream.destroy()
      })
    }
    client.pipe(upstream)
    upstream.on('data', (data) => {
      client.write(data.subarray(0, Math.max(0, left)))
      left -= data.length
      if (left > 0) return
      cuts += 1
      client.end()
      upstream.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy listens on TCP')
  return { port: address.port, cuts: () => cuts }
}

/** Reads a thread through cuts, coming back each time with the last id, until it has seen an entry. */
async function readThrough(port: number, last: number): Promise<number[]> {
  const seen: number[] = []
  while (seen.at(-1) !== last) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/api/threads/t/events`, {
        headers: { ...headers, ...(seen.length === 0 ? {} : { 'last-event-id': String(seen.at(-1)) }) },
      })
      for await (const { id } of readEvents(response)) {
        if (id !== undefined) seen.push(Number(id))
        if (seen.at(-1) === last) break
      }
    } catch {
      // Cut off: it comes back.
    }
  }
  return seen
}

const seed = Number(process.env['KEEPUP_SEED'] ?? 20_261_121)
const rounds = Number(process.env['KEEPUP_LIVES'] ?? 5)

test(`wherever a stream is cut, no entry is lost and none comes twice, SEED=${seed}`, async () => {
  const random = chance(seed)
  for (let round = 0; round < rounds; round += 1) {
    const checkpointer = memoryCheckpointer()
    await note(checkpointer, 't', 1, 30)
    let port = 0
    const proxy = await cutting(
      () => port,
      () => 500 + Math.floor(random() * 4000),
    )
    const served = await serve('no model', { checkpointer, hosts: [`127.0.0.1:${proxy.port}`] })
    port = served.port
    const reading = readThrough(proxy.port, 60)
    await note(checkpointer, 't', 31, 60)
    expect(await reading).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
    expect(proxy.cuts()).toBeGreaterThan(2)
  }
}, 60_000)

test('what a model streams passes by between the entries, and only where it runs', async () => {
  const served = await serve([{ text: 'One word after another.' }])
  await served.ask('/api/threads/t/runs', { input: 'hello' })
  const kinds = new Set<string>()
  const response = await fetch(`${served.url}/api/threads/t/events`, { headers })
  for await (const { event, data } of readEvents(response)) {
    kinds.add(event)
    if ((data as { type: string }).type === 'run-finished') break
  }
  expect(kinds.has('entry')).toBe(true)
})

test('threads are told of as they come and change, whoever writes them', async () => {
  const checkpointer = memoryCheckpointer()
  await note(checkpointer, 'first', 1, 1)
  const served = await serve('no model', { checkpointer })
  const response = await fetch(`${served.url}/api/changes`, { headers })
  const seen: string[] = []
  for await (const { data } of readEvents(response)) {
    const { thread, head } = data as { thread: string; head: number }
    seen.push(`${thread}@${head}`)
    if (seen.length === 1) await note(checkpointer, 'second', 1, 1)
    if (seen.includes('second@1')) break
  }
  expect(seen[0]).toBe('first@1')
})

test('a reader who does not read costs no memory, and one who leaves is forgotten', async () => {
  const checkpointer = memoryCheckpointer()
  await note(checkpointer, 't', 1, 1)
  let open = 0
  const watched: Checkpointer = {
    ...checkpointer,
    async *watch(...args) {
      open += 1
      try {
        yield* checkpointer.watch(...args)
      } finally {
        open -= 1
      }
    },
  }
  const served = await serve('no model', { checkpointer: watched })
  const stop = new AbortController()
  const readers = await Promise.all(
    Array.from({ length: 50 }, () =>
      fetch(`${served.url}/api/threads/t/events`, { headers, signal: stop.signal }),
    ),
  )
  expect(readers.every(({ ok }) => ok)).toBe(true)
  await until(async () => open === 50)
  stop.abort()
  await until(async () => open === 0)
  expect(open).toBe(0)
})
