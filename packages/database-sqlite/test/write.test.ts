import { join } from 'node:path'

import { KeepupError } from '@keepup/core'
import { expect, test } from 'vitest'

import { openSqlite, type SqliteDatabase } from '../src/index.ts'
import { smallDisk } from './small-disk.ts'
import { temporaryFolder } from './temporary-folder.ts'

const notes = [{ release: '0.1.0', up: 'CREATE TABLE note (text TEXT UNIQUE NOT NULL) STRICT' }]

interface Notes {
  readonly database: SqliteDatabase
  readonly add: (text: string) => void
  readonly all: () => Promise<string[]>
}

async function openNotes(path = ':memory:', busyTimeout?: number): Promise<Notes> {
  const database = await openSqlite(path, busyTimeout === undefined ? {} : { busyTimeout })
  database.migrate('notes', notes)
  const insert = database.prepare('INSERT INTO note (text) VALUES (?)')
  const select = database.prepare<string>('SELECT text FROM note ORDER BY rowid', 'value')
  return { database, add: (text) => void insert.run(text), all: () => database.read(() => select.all()) }
}

test('commits what a body wrote and gives back what it returned', async () => {
  const { database, add, all } = await openNotes()
  for (const flush of ['process', 'power'] as const) {
    expect(await database.write(flush, () => (add(flush), 7))).toBe(7)
  }
  expect(await all()).toEqual(['process', 'power'])
})

test('undoes a body that throws, and throws the same error', async () => {
  const { database, add, all } = await openNotes()
  const failure = new KeepupError('internal', 'on purpose')
  for (const flush of ['process', 'power'] as const) {
    const written = database.write(flush, () => {
      add('never')
      throw failure
    })
    await expect(written).rejects.toBe(failure)
  }
  expect(await all()).toEqual([])
})

test('runs bodies in the order of the calls, whatever their durability', async () => {
  const { database, add, all } = await openNotes()
  const order = ['power', 'process', 'power', 'process', 'process'] as const
  await Promise.all(order.map((flush, index) => database.write(flush, () => add(`${index}`))))
  expect(await all()).toEqual(['0', '1', '2', '3', '4'])
})

test('lets writers that wait for the barrier at once share one, each still all or nothing', async () => {
  const { database, add, all } = await openNotes(join(temporaryFolder(), 'file.db'))
  let commits = 0
  const forget = database.onCommit(() => (commits += 1))
  const written = await Promise.allSettled(
    Array.from({ length: 100 }, (_, index) =>
      database.write('power', () => {
        add(`note ${index}`)
        if (index % 10 === 3) add('note 0')
      }),
    ),
  )
  forget()
  expect(commits).toBe(1)
  expect(written.filter(({ status }) => status === 'rejected')).toHaveLength(10)
  expect(await all()).toHaveLength(90)
  await database.write('power', () => add('later'))
  expect(commits).toBe(1)
  await database.close()
})

test('gives every failing statement a code', async () => {
  const { database, add } = await openNotes()
  await database.write('process', () => add('once'))
  await expect(database.write('process', () => add('once'))).rejects.toMatchObject({ code: 'internal' })
  expect(() => database.prepare('SELECT nonsense')).toThrow(expect.objectContaining({ code: 'internal' }))
})

test('waits for another connection that writes, and goes on when it is done', async () => {
  const path = join(temporaryFolder(), 'file.db')
  const [one, other] = [await openNotes(path), await openNotes(path)]
  const written: Promise<void>[] = []
  await one.database.transaction(async (transaction) => {
    transaction.run(() => one.add('first'))
    written.push(other.database.write('process', () => other.add('second')))
    written.push(other.database.write('power', () => other.add('third')))
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(await other.all()).toEqual([])
  })
  await Promise.all(written)
  expect(await one.all()).toEqual(['first', 'second', 'third'])
  await Promise.all([one.database.close(), other.database.close()])
})

test('fails as busy when another connection does not stop writing, and works again afterwards', async () => {
  const path = join(temporaryFolder(), 'file.db')
  const [one, other] = [await openNotes(path), await openNotes(path, 30)]
  await one.database.transaction(async () => {
    for (const flush of ['process', 'power'] as const) {
      await expect(other.database.write(flush, () => other.add('never'))).rejects.toMatchObject({
        code: 'database-busy',
        message: expect.stringContaining(path),
      })
    }
    await expect(other.database.transaction(() => 1)).rejects.toMatchObject({ code: 'database-busy' })
  })
  await other.database.write('process', () => other.add('now'))
  expect(await one.all()).toEqual(['now'])
  await Promise.all([one.database.close(), other.database.close()])
})

test('notices what other connections and other bodies changed', async () => {
  const path = join(temporaryFolder(), 'file.db')
  const [one, other] = [await openNotes(path), await openNotes(path)]
  const before = { version: one.database.dataVersion(), revision: one.database.revision }
  await other.database.write('process', () => other.add('a'))
  expect(one.database.dataVersion()).not.toBe(before.version)
  expect(one.database.revision).toBe(before.revision)
  const seen = one.database.dataVersion()
  await one.database.write('process', () => one.add('b'))
  expect(one.database.dataVersion()).toBe(seen)
  expect(one.database.revision).toBe(before.revision + 1)
  await Promise.all([one.database.close(), other.database.close()])
})

test('says so when the disk is full, keeps what was acknowledged, and goes on once there is space', async () => {
  const disk = smallDisk()
  const { database, add, all } = await openNotes(join(disk.folder, 'file.db'))
  if (!disk.mounted) database.exec('PRAGMA max_page_count = 64')
  let acknowledged = 0
  const fill = async (): Promise<void> => {
    for (let index = 0; index < 10_000; index += 1) {
      await database.write(index % 2 === 0 ? 'process' : 'power', () => add(`${index}:${'x'.repeat(3_000)}`))
      acknowledged += 1
    }
  }
  await expect(fill()).rejects.toMatchObject({
    code: 'database-full',
    message: expect.stringContaining('No space'),
  })
  expect(await all()).toHaveLength(acknowledged)
  expect(await database.findDamage()).toEqual([])
  if (disk.mounted) disk.remount('size=16m')
  else database.exec('PRAGMA max_page_count = 1000')
  await database.write('power', () => add('again'))
  expect(await all()).toHaveLength(acknowledged + 1)
  await database.close()
})
