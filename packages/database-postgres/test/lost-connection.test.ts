import { startProxy } from '@keepup/vitest/cutting-proxy'
import { expect, test } from 'vitest'

import { administer, openNew, serverUrl } from './databases.ts'
import { all, backend, migrations, update, write } from './notes.ts'

async function terminate(id: number | undefined): Promise<void> {
  await administer((client) => client.query('SELECT pg_terminate_backend($1)', [id]))
}

test('a body whose connection is lost runs again, and is written once', async () => {
  await using database = await openNew()
  await database.migrate('notes', migrations)
  let bodies = 0
  await database.write('process', async (session) => {
    bodies += 1
    await write(session, 1, 'one')
    if (bodies > 1) return
    const [found] = await session.query(backend)
    await terminate(found?.id)
  })
  expect(bodies).toBe(2)
  expect(await database.query(all, [])).toEqual([{ id: 1, text: 'one' }])
})

test('a transaction whose connection is lost fails and says that nothing was written', async () => {
  await using database = await openNew()
  await database.migrate('notes', migrations)
  const lost = database.transaction((transaction) =>
    transaction.run(async (session) => {
      await write(session, 1, 'one')
      const [found] = await session.query(backend)
      await terminate(found?.id)
      await write(session, 2, 'two')
    }),
  )
  await expect(lost).rejects.toMatchObject({
    code: 'database-unavailable',
    details: { outcome: 'nothing-written' },
  })
  expect(await database.query(all, [])).toEqual([])
})

test('a connection that is cut in the middle of a commit neither loses nor doubles what it wrote', async () => {
  const proxy = await startProxy(serverUrl())
  await using database = await openNew({}, proxy.url)
  await database.migrate('notes', migrations)
  const bodies = { 'before-request': 0, 'before-answer': 0 }
  for (let id = 0; id < 20; id += 1) {
    const where = id % 2 === 0 ? 'before-request' : 'before-answer'
    await database.write(id % 3 === 0 ? 'power' : 'process', async (session) => {
      bodies[where] += 1
      await write(session, id, String(id))
      if (proxy.cuts === id) proxy.cut('COMMIT', where)
    })
  }
  expect(proxy.cuts).toBe(20)
  expect((await database.query(all, [])).map(({ id }) => id)).toEqual(
    Array.from({ length: 20 }, (_, id) => id),
  )
  // What was not committed ran again; what was, did not.
  expect(bodies).toEqual({ 'before-request': 20, 'before-answer': 10 })
  await proxy.close()
})

test('a transaction that is cut in the middle of its commit is told what became of it', async () => {
  const proxy = await startProxy(serverUrl())
  await using database = await openNew({}, proxy.url)
  await database.migrate('notes', migrations)
  const attempt = (id: number, where: 'before-request' | 'before-answer') =>
    database.transaction(async (transaction) => {
      await transaction.run((session) => write(session, id, 'cut'))
      proxy.cut('COMMIT', where)
    })
  await attempt(1, 'before-answer')
  await expect(attempt(2, 'before-request')).rejects.toMatchObject({
    code: 'database-unavailable',
    details: { outcome: 'nothing-written' },
  })
  expect((await database.query(all, [])).map(({ id }) => id)).toEqual([1])
  await proxy.close()
})

test('a statement of its own is sent again, and whoever sent it is told', async () => {
  const proxy = await startProxy(serverUrl())
  await using database = await openNew({}, proxy.url)
  await database.migrate('notes', migrations)
  await database.write('process', (session) => write(session, 1, 'one'))
  let repeated = 0
  proxy.cut('changed', 'before-answer')
  await database.query(update, [1, 'changed'], () => (repeated += 1))
  expect([repeated, proxy.cuts]).toEqual([1, 1])
  expect(await database.query(all, [])).toEqual([{ id: 1, text: 'changed' }])
  await proxy.close()
})

test('where the server does not come back, the patience ends with an error that says what is unknown', async () => {
  const proxy = await startProxy(serverUrl())
  await using database = await openNew({ reconnectTimeout: 100 }, proxy.url)
  await database.migrate('notes', migrations)
  await proxy.close()
  await expect(database.query(update, [1, 'changed'])).rejects.toMatchObject({
    code: 'database-unavailable',
    details: { outcome: 'unknown' },
  })
  await expect(database.write('process', (session) => write(session, 1, 'one'))).rejects.toMatchObject({
    code: 'database-unavailable',
  })
})
