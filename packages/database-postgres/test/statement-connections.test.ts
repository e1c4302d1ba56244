import { expect, test } from 'vitest'

import { administer, openNew } from './databases.ts'
import { all, backend, migrations, update, write } from './notes.ts'

test('statements that follow each other without a pause leave the only connection to whoever waits for it', async () => {
  await using database = await openNew({ connections: 1 })
  await database.migrate('notes', migrations)
  await database.write('process', (session) => write(session, 1, 'one'))
  const over = new AbortController()
  const stream = async (): Promise<number> => {
    let count = 0
    for (; !over.signal.aborted; count += 1) await database.change(update, [1, `text ${count}`])
    return count
  }
  const streams = [stream(), stream()]
  for (let id = 2; id < 12; id += 1) {
    await database.write('process', (session) => write(session, id, String(id)))
  }
  over.abort()
  const [first = 0, second = 0] = await Promise.all(streams)
  expect(Math.min(first, second)).toBeGreaterThan(0)
  expect(await database.query(all, [])).toHaveLength(11)
})

test('statements that follow each other go on where their connection ends between them', async () => {
  await using database = await openNew({ connections: 1 })
  const found = new Set<number>()
  for (let round = 0; round < 20; round += 1) {
    const [row] = await database.query(backend, [])
    found.add(row?.id ?? 0)
    await administer((client) => client.query('SELECT pg_terminate_backend($1)', [row?.id]))
    // The next one is asked for in the turn in which the answer comes, and in a later one.
    if (round % 2 === 0) await database.query(backend, [])
  }
  expect(found.size).toBe(20)
})

test('a statement that fails leaves its connection to the next one', async () => {
  await using database = await openNew({ connections: 1 })
  await database.migrate('notes', migrations)
  await database.write('process', (session) => write(session, 1, 'one'))
  const [before] = await database.query(backend, [])
  for (let round = 0; round < 3; round += 1) {
    await expect(database.change(update, [1, 'a\0b'])).rejects.toMatchObject({ code: 'value-not-storable' })
    expect(await database.query(backend, [])).toEqual([before])
  }
  expect(await database.query(all, [])).toEqual([{ id: 1, text: 'one' }])
})

test('closing waits for statements, also for those that follow each other', async () => {
  const database = await openNew({ connections: 2 })
  await database.migrate('notes', migrations)
  await database.write('process', (session) => write(session, 1, 'one'))
  await Promise.all(Array.from({ length: 5 }, (_, count) => database.change(update, [1, String(count)])))
  // Its connections are kept for this turn still.
  await database[Symbol.asyncDispose]()
  await expect(database.change(update, [1, 'late'])).rejects.toMatchObject({ code: 'database-unavailable' })
})
