import type { PostgresTransaction } from '@keepup/database-postgres'
import { statement } from '@keepup/database-postgres'
import { expect, test } from 'vitest'

import { openNew } from './databases.ts'
import { all, level, migrations, update, write } from './notes.ts'

test('a commit waits for the disk where it is asked to, and only then', async () => {
  await using database = await openNew()
  for (const [flush, expected] of [
    ['power', 'on'],
    ['process', 'off'],
  ] as const) {
    const [inside] = await database.write(flush, (session) => session.query(level))
    expect(inside).toEqual({ synchronous_commit: expected })
    const seen = await database.transaction(
      (transaction) => transaction.run((session) => session.query(level)),
      flush,
    )
    expect(seen).toEqual([{ synchronous_commit: expected }])
  }
  expect(await database.query(level, [])).toEqual([{ synchronous_commit: 'off' }])
})

test('a body that rejects leaves nothing, in a transaction as in a savepoint of one', async () => {
  await using database = await openNew()
  await database.migrate('notes', migrations)
  const failed = database.write('process', async (session) => {
    await write(session, 1, 'one')
    throw new RangeError('no')
  })
  await expect(failed).rejects.toThrow(RangeError)
  await database.transaction(async (transaction) => {
    await transaction.run((session) => write(session, 2, 'two'))
    const nested = transaction.run(async (session) => {
      await write(session, 3, 'three')
      await write(session, 3, 'twice')
    })
    await expect(nested).rejects.toMatchObject({ code: 'internal' })
    expect(await database.query(all, []), 'nobody else sees it').toEqual([])
  })
  expect(await database.query(all, [])).toEqual([{ id: 2, text: 'two' }])
})

test('bodies that run at once in one transaction run one after the other', async () => {
  await using database = await openNew()
  await database.migrate('notes', migrations)
  await database.transaction(async (transaction) => {
    const outcomes = await Promise.allSettled(
      [1, 2, 2, 3].map((id) => transaction.run((session) => write(session, id, String(id)))),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  })
  expect((await database.query(all, [])).map(({ id }) => id)).toEqual([1, 2, 3])
})

test('a transaction that has ended takes no more statements', async () => {
  await using database = await openNew()
  let kept: PostgresTransaction | undefined
  await database.transaction((transaction) => void (kept = transaction))
  await expect(kept?.run((session) => session.query(level))).rejects.toMatchObject({ code: 'not-supported' })
})

test('a statement that failed unseen fails the commit instead of losing it', async () => {
  await using database = await openNew()
  await database.migrate('notes', migrations)
  const swallowed = database.write('process', async (session) => {
    await write(session, 1, 'one')
    await session.exec('SELECT no_such_column').catch(() => undefined)
  })
  await expect(swallowed).rejects.toMatchObject({ code: 'internal' })
  expect(await database.query(all, [])).toEqual([])
})

test('bodies that stand in each other’s way are run again until each is through', async () => {
  await using database = await openNew({ connections: 8 })
  await database.migrate('notes', migrations)
  await database.write('process', async (session) => {
    for (const id of [1, 2]) await write(session, id, '0')
  })
  let bodies = 0
  const met = new Set<number>()
  const crossing = (first: number, second: number) =>
    database.write('process', async (session) => {
      bodies += 1
      await session.query(update, first, `by ${first}`)
      met.add(first)
      // Both hold their first row before either asks for its second: a deadlock, the first time.
      for (let wait = 0; met.size < 2 && wait < 500; wait += 1)
        await new Promise((resolve) => setTimeout(resolve, 2))
      await session.query(update, second, `by ${first}`)
    })
  await Promise.all([crossing(1, 2), crossing(2, 1)])
  expect(bodies).toBeGreaterThan(2)
  const [one, two] = await database.query(all, [])
  expect(one?.text).toBe(two?.text)
})

test('whoever waits too long for a lock or a statement is told that the database is busy', async () => {
  await using database = await openNew({ lockTimeout: 50, statementTimeout: 400 })
  await database.migrate('notes', migrations)
  await database.write('process', (session) => write(session, 1, 'one'))
  await database.transaction(async (transaction) => {
    await transaction.run((session) => session.query(update, 1, 'mine'))
    await expect(database.query(update, [1, 'yours'])).rejects.toMatchObject({ code: 'database-busy' })
  })
  const slow = database.query(statement('SELECT pg_sleep(30)'), [])
  await expect(slow).rejects.toMatchObject({ code: 'database-busy' })
  expect(await database.query(all, [])).toEqual([{ id: 1, text: 'mine' }])
})

test('a text that the database cannot hold is refused as such', async () => {
  await using database = await openNew()
  await database.migrate('notes', migrations)
  const stored = database.write('process', (session) => write(session, 1, 'nul \0'))
  await expect(stored).rejects.toMatchObject({ code: 'value-not-storable' })
})

test('a read sees one state, whatever is committed meanwhile, and writes nothing', async () => {
  await using database = await openNew()
  await database.migrate('notes', migrations)
  const seen = await database.read(async (session) => {
    const before = await session.query(all)
    await database.write('process', (other) => write(other, 1, 'one'))
    return [before, await session.query(all)]
  })
  expect(seen).toEqual([[], []])
  const writing = database.read((session) => write(session, 2, 'two'))
  await expect(writing).rejects.toMatchObject({ code: 'database-read-only' })
})
