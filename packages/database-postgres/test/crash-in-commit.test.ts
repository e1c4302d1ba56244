import { once } from 'node:events'
import { connect, createServer } from 'node:net'

import { statement } from '@keepup/database-postgres'
import { type PostgresServer, startPostgres } from '@keepup/vitest/postgres-server'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { openNew } from './databases.ts'
import { all, backend, migrations, write } from './notes.ts'

// A server of its own, which writes out what nobody waits for as late as it can.
const server = startPostgres(['-c', 'wal_writer_delay=10s', '-c', 'wal_writer_flush_after=1GB'])
beforeAll(async () => void (await server), 60_000)
afterAll(async () => (await server).stop())

const number = statement<{ id: number }>('SELECT pg_current_xact_id()::text::bigint AS id')

/** A way to the server that is shut for good by the first commit that is sent over it, until it is opened again. */
async function openGate(address: string) {
  const { hostname, port } = new URL(address)
  const state: { open: boolean; armed: boolean; shuts: 'before-request' | 'before-answer' } = {
    open: true,
    armed: false,
    shuts: 'before-request',
  }
  const gate = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    let isMute = false
    const end = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end)
    client.on('data', (data) => {
      const isCommit = state.armed && data.includes('COMMIT')
      if (isCommit) state.armed = false
      if (isCommit && state.shuts === 'before-request') state.open = false
      isMute ||= isCommit
      if (state.open) upstream.write(data)
      else end()
    })
    upstream.on('data', (data) => {
      if (!isMute) client.write(data)
      else {
        // The server has done it.
        state.open = false
        end()
      }
    })
  })
  gate.listen(0, '127.0.0.1')
  await once(gate, 'listening')
  const listening = gate.address()
  const url = new URL(address)
  url.port = String(typeof listening === 'object' ? listening?.port : '')
  return { url: url.href, state, close: () => gate.close() }
}

/** What the server does while a commit is on its way and its sender is cut off. */
const crashes: Readonly<Record<string, (running: PostgresServer, victim: number) => Promise<void>>> = {
  'the whole server': async (running) => {
    await running.crash()
    await running.restart()
  },
  'one of its processes, and then the others': async (_, victim) => {
    process.kill(victim, 'SIGKILL')
    await new Promise((wake) => setTimeout(wake, 500))
  },
}

test.each(Object.keys(crashes))(
  'a commit that a crash took is not taken for one of another transaction that got its number: %s',
  async (what) => {
    const running = await server
    const gate = await openGate(running.url)
    const database = await openNew({ connections: 1 }, gate.url)
    await database.migrate('notes', migrations)
    const direct = await openNew({ connections: 1 }, running.url)
    // So that the tables outlive the crash.
    await direct.write('power', async (session) => void (await session.query(number)))
    const [victim] = await direct.query(backend, [])
    const numbers: number[] = []
    gate.state.armed = true
    const written = database.write('process', async (session) => {
      const [row] = await session.query(number)
      numbers.push(row?.id ?? 0)
      await write(session, 1, 'once')
    })
    while (gate.state.open) await new Promise((wake) => setTimeout(wake, 5))
    await crashes[what]?.(running, victim?.id ?? 0)
    // Others are faster, and one of them gets the number that the crash took back.
    for (let id = 0; id < (numbers[0] ?? 0);) id = (await direct.query(number, []))[0]?.id ?? 0
    gate.state.open = true
    await written
    expect((await database.query(all, [])).map((row) => row.id)).toEqual([1])
    expect(numbers).toHaveLength(2)
    await direct.close()
    await database.close()
    gate.close()
  },
  60_000,
)

test('a commit whose answer a crash took, and which is on the disk, is not done twice', async () => {
  const running = await server
  const gate = await openGate(running.url)
  const database = await openNew({ connections: 1 }, gate.url)
  await database.migrate('notes', migrations)
  let runs = 0
  gate.state.armed = true
  gate.state.shuts = 'before-answer'
  const written = database.write('power', async (session) => {
    runs += 1
    await write(session, runs, 'once')
  })
  while (gate.state.open) await new Promise((wake) => setTimeout(wake, 5))
  await running.crash()
  await running.restart()
  gate.state.open = true
  await written
  expect((await database.query(all, [])).map((row) => row.id)).toEqual([1])
  expect(runs).toBe(1)
  await database.close()
  gate.close()
}, 60_000)
