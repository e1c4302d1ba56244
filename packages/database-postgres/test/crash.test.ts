import { startPostgres } from '@keepup/vitest/postgres-server'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { openNew } from './databases.ts'
import { all, migrations, write } from './notes.ts'

// A server of its own, which writes out what nobody waits for as late as it can.
const server = startPostgres(['-c', 'wal_writer_delay=10s', '-c', 'wal_writer_flush_after=1GB'])
beforeAll(async () => void (await server), 60_000)
afterAll(async () => (await server).stop())

test('what was acknowledged with power survives a crash of the server; the rest is lost from its end at most', async () => {
  const running = await server
  const database = await openNew({ connections: 1 }, running.url)
  await database.migrate('notes', migrations)
  let id = 0
  let lost = 0
  for (let round = 0; round < 3; round += 1) {
    let safe = 0
    for (let commit = 0; commit < 8; commit += 1) {
      id += 1
      const flush = commit < 5 && commit % 2 === 0 ? 'power' : 'process'
      const written = id
      await database.write(flush, (session) => write(session, written, flush))
      if (flush === 'power') safe = id
    }
    await running.crash()
    await running.restart()
    const ids = (await database.query(all, [])).map((row) => row.id)
    const last = ids.at(-1) ?? 0
    expect(ids).toEqual(Array.from({ length: last }, (_, index) => index + 1))
    expect(last).toBeGreaterThanOrEqual(safe)
    lost += id - last
    id = last
  }
  console.log(`lost of those that asked for less: ${lost}`)
  // The control: without the barrier this server does lose what it acknowledged.
  expect(lost).toBeGreaterThan(0)
  await database.close()
}, 60_000)

test('work that a crash interrupts goes on once the server is back, written once', async () => {
  const running = await server
  const database = await openNew({}, running.url)
  await database.migrate('notes', migrations)
  let crashed: Promise<void> | undefined
  const writing = (async () => {
    for (let id = 0; id < 200; id += 1) {
      await database.write('power', (session) => write(session, id, String(id)))
      if (id === 100) crashed = running.crash().then(() => running.restart())
    }
  })()
  await writing
  await crashed
  expect((await database.query(all, [])).map((row) => row.id)).toEqual(
    Array.from({ length: 200 }, (_, id) => id),
  )
  await database.close()
}, 60_000)
