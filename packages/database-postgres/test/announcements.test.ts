import { expect, test } from 'vitest'

import { administer, newSchema, openNew } from './databases.ts'

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let wait = 0; wait < 1_000 && !holds(); wait += 1)
    await new Promise((resolve) => setTimeout(resolve, 5))
  expect(holds()).toBe(true)
}

test('what is announced is heard here at once and by other processes soon, by topic and schema', async () => {
  const schema = newSchema()
  await using here = await openNew({ schema })
  await using there = await openNew({ schema })
  await using elsewhere = await openNew()
  const heard: string[] = []
  here.listen('a', () => heard.push('here a'))
  there.listen('a', () => heard.push('there a'))
  there.listen('b', () => heard.push('there b'))
  elsewhere.listen('a', () => heard.push('elsewhere a'))
  // A connection that begins to listen wakes its listeners once, as it may have missed something.
  await until(() => ['here a', 'there a', 'there b', 'elsewhere a'].every((line) => heard.includes(line)))
  heard.length = 0
  here.announce('a')
  expect(heard).toEqual(['here a'])
  await until(() => heard.includes('there a'))
  expect(heard).toEqual(['here a', 'there a'])
})

test('what a transaction announces is told once it is committed, and not when it is undone', async () => {
  await using database = await openNew()
  const heard: string[] = []
  database.listen('a', () => heard.push('a'))
  await until(() => heard.length === 1)
  const failed = database.write('process', async (session) => {
    session.announce('a')
    throw new RangeError('no')
  })
  await expect(failed).rejects.toThrow(RangeError)
  expect(heard).toEqual(['a'])
  await database.transaction((transaction) =>
    transaction.run(async (session) => {
      session.announce('a')
      expect(heard).toEqual(['a'])
    }),
  )
  expect(heard).toEqual(['a', 'a'])
})

test('thousands of topics at once are all heard', async () => {
  const schema = newSchema()
  await using here = await openNew({ schema })
  await using there = await openNew({ schema })
  const heard = new Set<number>()
  let started = 0
  const topics = Array.from({ length: 2_000 }, (_, index) => index)
  for (const topic of topics)
    there.listen(`${'x'.repeat(100)} ${topic}`, () => (started < 2_000 ? (started += 1) : heard.add(topic)))
  await until(() => started === 2_000)
  for (const topic of topics) here.announce(`${'x'.repeat(100)} ${topic}`)
  await until(() => heard.size === 2_000)
  expect([...heard].toSorted((a, b) => a - b)).toEqual(topics)
})

test('a listener whose connection is lost listens again, and is woken as it may have missed something', async () => {
  const schema = newSchema()
  await using here = await openNew({ schema })
  await using there = await openNew({ schema })
  let heard = 0
  there.listen('a', () => (heard += 1))
  await until(() => heard === 1)
  await administer((client) =>
    client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = $1`, [
      `LISTEN "keepup ${schema}"`,
    ]),
  )
  await until(() => heard === 2)
  here.announce('a')
  await until(() => heard === 3)
  expect(heard).toBe(3)
})

test('whoever stopped listening hears nothing more', async () => {
  await using database = await openNew()
  const heard: string[] = []
  const stop = database.listen('a', () => heard.push('stopped'))
  database.listen('a', () => heard.push('goes on'))
  stop()
  stop()
  await until(() => heard.includes('goes on'))
  heard.length = 0
  database.announce('a')
  expect(heard).toEqual(['goes on'])
})
