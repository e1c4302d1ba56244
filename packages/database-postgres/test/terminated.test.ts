import { setTimeout as sleep } from 'node:timers/promises'

import type { PostgresDatabase } from '@keepup/database-postgres'
import { expect, test, vi } from 'vitest'

import { administer, newSchema, openNew, serverUrl } from './databases.ts'
import { startEndingProxy } from './ending-proxy.ts'
import { all, backend, migrations, update, write } from './notes.ts'

vi.setConfig({ testTimeout: 30_000 })

// An error that nobody listens to ends the process: vitest fails the run for it.

const works: Readonly<Record<string, (database: PostgresDatabase, id: number) => Promise<void>>> = {
  'a statement': async (database, id) => void (await database.change(update, [1, `text ${id}`])),
  'statements that follow each other': async (database) => {
    for (let count = 0; count < 4; count += 1) await database.query(backend, [])
  },
  'a body that writes': (database, id) => database.write('power', (session) => write(session, id, 'written')),
  'a body that reads': async (database) => {
    await database.read((session) => session.query(backend))
  },
}

test.each(Object.keys(works))(
  '%s goes on where the server ends connections with any of its answers',
  async (name) => {
    const proxy = await startEndingProxy(serverUrl())
    await using database = await openNew({ connections: 2 }, proxy.url)
    await database.migrate('notes', migrations)
    await database.write('process', (session) => write(session, 1, 'first'))
    for (let answer = 1; answer <= 4; answer += 1) {
      const before = proxy.ended
      proxy.end(answer, 2)
      // A connection that is idle has had some answers already, and is ended with the next.
      for (let id = 0; proxy.ended < before + 2; id += 1) await works[name]?.(database, 2 + 100 * answer + id)
    }
    proxy.end(0, 0)
    expect((await database.query(all, [])).length).toBeGreaterThan(0)
    await proxy.close()
  },
)

test('a transaction that callers see, and listening, outlive connections that end with any of their answers', async () => {
  const proxy = await startEndingProxy(serverUrl())
  await using database = await openNew({ connections: 2 }, proxy.url)
  await database.migrate('notes', migrations)
  let heard = 0
  let stop = database.listen('topic', () => (heard += 1))
  for (let answer = 1; answer <= 6; answer += 1) {
    // Listening begins again, on a connection of its own.
    stop()
    stop = database.listen('topic', () => (heard += 1))
    proxy.end(answer, 4)
    for (let id = answer * 100; proxy.ended < answer * 4; id += 1) {
      const wrote = database.transaction((transaction) =>
        transaction.run((session) => write(session, id, 'in a transaction')),
      )
      await wrote.catch((error: unknown) => expect(error).toMatchObject({ code: 'database-unavailable' }))
      database.announce('topic')
    }
  }
  proxy.end(0, 0)
  stop()
  expect(heard).toBeGreaterThan(0)
  await proxy.close()
})

test('whatever connections do when a server ends them, each body is written once', async () => {
  const name = newSchema()
  const address = new URL(serverUrl())
  address.searchParams.set('application_name', name)
  await using database = await openNew({ connections: 4 }, address.href)
  await database.migrate('notes', migrations)
  const stop = database.listen('topic', () => undefined)
  const over = new AbortController()
  let id = 0
  const writing = async (): Promise<void> => {
    while (!over.signal.aborted) {
      id += 1
      const own = id
      await database.write(own % 2 === 0 ? 'power' : 'process', (session) => write(session, own, 'once'))
      database.announce('topic')
      await database.query(backend, [])
      // Some are idle when they end.
      if (own % 5 === 0) await sleep(2)
    }
  }
  const writers = Array.from({ length: 6 }, writing)
  let ended = 0
  await administer(async (client) => {
    while (ended < 80) {
      const { rowCount } = await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
        [name],
      )
      ended += rowCount ?? 0
      await sleep(ended % 7)
    }
  })
  over.abort()
  await Promise.all(writers)
  stop()
  expect((await database.query(all, [])).map((row) => row.id)).toEqual(
    Array.from({ length: id }, (_, index) => index + 1),
  )
})
