import { transactionBrand } from '@keepup/core'
import { expect, test } from 'vitest'

import { openSqlite, type SqliteDatabase, type SqliteTransaction } from '../src/index.ts'

async function openCounters(): Promise<{
  database: SqliteDatabase
  readonly add: (value: number) => void
  readonly sum: () => Promise<number>
}> {
  const database = await openSqlite(':memory:')
  database.migrate('counters', [{ release: '0.1.0', up: 'CREATE TABLE counter (value INTEGER) STRICT' }])
  const insert = database.prepare('INSERT INTO counter (value) VALUES (?)')
  const total = database.prepare<number>('SELECT coalesce(sum(value), 0) FROM counter', 'value')
  return {
    database,
    add: (value) => void insert.run(value),
    sum: async () => (await database.read(() => total.get())) ?? -1,
  }
}

test('commits an asynchronous body as one, unseen until then also within the process', async () => {
  const { database, add, sum } = await openCounters()
  let started: (() => void) | undefined
  const writing = new Promise<void>((resolve) => (started = resolve))
  const running = database.transaction(async (transaction) => {
    transaction.run(() => add(1))
    started?.()
    await new Promise((resolve) => setTimeout(resolve, 10))
    transaction.run(() => add(2))
    return 'done'
  })
  await writing
  const meanwhile = sum()
  expect(await running).toBe('done')
  expect(await meanwhile).toBe(3)
})

test('undoes everything when the body fails, and only its own part when a run inside fails', async () => {
  const { database, add, sum } = await openCounters()
  const failing = database.transaction(async (transaction) => {
    transaction.run(() => add(1))
    await Promise.resolve()
    throw new Error('on purpose')
  })
  await expect(failing).rejects.toThrow('on purpose')
  expect(await sum()).toBe(0)
  await database.transaction((transaction) => {
    transaction.run(() => add(10))
    expect(() =>
      transaction.run(() => {
        add(1)
        throw new Error('inner')
      }),
    ).toThrow('inner')
  })
  expect(await sum()).toBe(10)
})

test('keeps other writers of the process waiting until it ends', async () => {
  const { database, add, sum } = await openCounters()
  const order: string[] = []
  const long = database.transaction(async (transaction) => {
    await new Promise((resolve) => setTimeout(resolve, 10))
    transaction.run(() => add(1))
    order.push('transaction')
  })
  const short = database.write('process', () => (order.push('write'), add(10)))
  const second = database.transaction((transaction) => {
    order.push('second')
    transaction.run(() => add(100))
  })
  await Promise.all([long, short, second])
  expect(order).toEqual(['transaction', 'write', 'second'])
  expect(await sum()).toBe(111)
})

test('refuses a call of the database from within, which would wait for itself', async () => {
  const { database, sum } = await openCounters()
  for (const call of [
    () => database.write('process', () => 1),
    () => database.write('power', () => 1),
    () => database.read(() => 1),
    () => database.transaction(() => 1),
  ]) {
    await expect(database.transaction(call)).rejects.toMatchObject({
      code: 'not-supported',
      message: expect.stringContaining('within(transaction)'),
    })
  }
  await expect(database.transaction(() => database.shred())).rejects.toMatchObject({ code: 'not-supported' })
  expect(await sum()).toBe(0)
})

test('carries its database, and ends with its body', async () => {
  const { database } = await openCounters()
  const kept: SqliteTransaction[] = []
  await database.transaction((transaction) => {
    kept.push(transaction)
    expect(transaction[transactionBrand]).toBe(database)
    expect(transaction.flush).toBe('power')
  })
  await database.transaction((transaction) => expect(transaction.flush).toBe('process'), 'process')
  expect(() => kept[0]?.run(() => 1)).toThrow(/has ended already/)
})
