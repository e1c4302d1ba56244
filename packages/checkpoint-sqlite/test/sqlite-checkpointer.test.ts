import { existsSync, readFileSync } from 'node:fs'

import { verifyThread } from '@keepup/checkpoint'
import { type Checkpointer, type Entry, trustedLabel } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { startProgram } from '@keepup/vitest/child-process'
import { append, control, note, stranger } from '@keepup/vitest/entries'
import { expect, onTestFinished, test } from 'vitest'

import { sqliteCheckpointer } from '../src/index.ts'
import { newFile, openStore } from './stores.ts'

async function opened(options: Parameters<typeof openStore>[1] = {}): ReturnType<typeof openStore> {
  const file = newFile()
  const store = await openStore(file.path, options)
  onTestFinished(async () => {
    await store.close()
    file.remove()
  })
  return store
}

const data = (entries: readonly Entry[]): unknown[] => entries.map((entry) => entry.data)

async function collect<T>(things: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const thing of things) found.push(thing)
  return found
}

test('two checkpointers on one connection see what the other wrote', async () => {
  const store = await opened()
  const other = sqliteCheckpointer(store.database)
  const { token } = await store.checkpointer.lease('thread', stranger, 60_000)
  for (let after = 0; after < 20; after += 1) {
    const writer = after % 2 === 0 ? store.checkpointer : other
    const request = { thread: 'thread', after, lease: token, entries: [note(after)] }
    await writer.commit({ appends: [request], flush: after % 3 === 0 ? 'power' : 'process' })
  }
  await verifyThread(other, 'thread')
  expect((await other.read('thread')).head).toBe(20)
})

test('a commit that fails leaves nothing remembered of what it would have written', async () => {
  const { checkpointer } = await opened()
  const token = await append(checkpointer, 'thread', ['one'])
  const attempt = (after: number, ...entries: unknown[]) =>
    checkpointer.commit({
      appends: [{ thread: 'thread', after, lease: token, entries: entries.map((value) => note(value)) }],
      flush: 'process',
    })
  const label = { ...trustedLabel, sources: ['new'] }
  const labelled = {
    thread: 'thread',
    after: 1,
    lease: token,
    entries: [note('x', { by: 'tool:new', labels: { default: label } }), note(() => 1)],
  }
  await expect(checkpointer.commit({ appends: [labelled], flush: 'process' })).rejects.toMatchObject({
    code: 'value-not-storable',
  })
  await expect(attempt(1, 'two', Symbol('x'))).rejects.toMatchObject({ code: 'value-not-storable' })
  await attempt(1, 'two')
  const good = { ...labelled, after: 2, entries: labelled.entries.slice(0, 1) }
  await checkpointer.commit({ appends: [good], flush: 'process' })
  const { entries } = await checkpointer.read('thread')
  expect(data(entries)).toEqual(['one', 'two', 'x'])
  expect(entries[2]).toMatchObject({ by: 'tool:new', labels: { default: label } })
  await verifyThread(checkpointer, 'thread')
})

test('of commits that share a barrier each is all or nothing for itself', async () => {
  const { checkpointer } = await opened()
  const names = Array.from({ length: 30 }, (_, index) => `thread ${index}`)
  const tokens = await Promise.all(
    names.map(async (name) => (await checkpointer.lease(name, stranger, 60_000)).token),
  )
  const outcomes = await Promise.allSettled(
    names.map((thread, index) =>
      checkpointer.commit({
        appends: [
          { thread, after: index % 3 === 0 ? 7 : 0, lease: tokens[index] ?? 0, entries: [note(thread)] },
        ],
        flush: 'power',
      }),
    ),
  )
  for (const [index, { status }] of outcomes.entries()) {
    expect(status).toBe(index % 3 === 0 ? 'rejected' : 'fulfilled')
    expect(data((await checkpointer.read(names[index] ?? '')).entries)).toEqual(
      index % 3 === 0 ? [] : [names[index]],
    )
  }
})

test('reads long histories in parts, whole and in order, over forks and rewinds', async () => {
  const { checkpointer } = await opened()
  const values = Array.from({ length: 4_500 }, (_, index) => index)
  const { token } = await checkpointer.lease('long', stranger, 60_000)
  await checkpointer.commit({
    appends: [{ thread: 'long', after: 0, lease: token, entries: values.map((value) => note(value)) }],
    flush: 'process',
  })
  expect(data((await checkpointer.read('long')).entries)).toEqual(values)
  await checkpointer.fork({ thread: 'long', at: 3_000 }, 'fork')
  await append(checkpointer, 'fork', ['own'])
  expect(data((await checkpointer.read('fork')).entries)).toEqual([...values.slice(0, 3_000), 'own'])
  const history = await collect(checkpointer.history('long'))
  expect(history.map(({ sequence, types }) => [sequence, types.length])).toEqual([[4_500, 4_500]])
  const log = checkpointer.log('long', 4_000)
  expect((await collect(log)).map(({ sequence }) => sequence)).toEqual(
    values.slice(4_000).map((value) => value + 1),
  )
})

test('finds a damaged entry also in a later part of a long history', async () => {
  const { checkpointer, database } = await opened()
  const { token } = await checkpointer.lease('long', stranger, 60_000)
  const entries = Array.from({ length: 5_000 }, (_, index) => note(index))
  await checkpointer.commit({
    appends: [{ thread: 'long', after: 0, lease: token, entries }],
    flush: 'process',
  })
  await database.write('process', () => database.exec("UPDATE entry SET time = time + 1 WHERE data = '4711'"))
  await expect(checkpointer.read('long')).rejects.toMatchObject({
    code: 'thread-damaged',
    details: { thread: 'long', sequence: 4_712 },
  })
})

test('a history page that begins within a commit leaves that commit out', async () => {
  const { checkpointer } = await opened()
  const { token } = await checkpointer.lease('thread', stranger, 60_000)
  for (let after = 0; after < 12; after += 3) {
    const entries = ['a', 'b', 'c'].map((value) => note(value))
    await checkpointer.commit({
      appends: [{ thread: 'thread', after, lease: token, entries }],
      flush: 'process',
    })
  }
  const before = async (position: number) =>
    (await collect(checkpointer.history('thread', { before: position }))).map(({ sequence }) => sequence)
  expect(await before(13)).toEqual([12, 9, 6, 3])
  expect(await before(12)).toEqual([9, 6, 3])
  expect(await before(11)).toEqual([9, 6, 3])
  expect(await before(9)).toEqual([6, 3])
  expect(await before(3)).toEqual([])
  expect(await before(1)).toEqual([])
})

test('lists many threads page by page, the last changed first', async () => {
  const { checkpointer } = await opened()
  const names = Array.from({ length: 300 }, (_, index) => `thread ${index}`)
  for (const name of names) await append(checkpointer, name, [name])
  await append(checkpointer, 'thread 7', ['again'])
  const listed = (await collect(checkpointer.threads())).map(({ thread }) => thread)
  expect(listed).toEqual(['thread 7', ...names.filter((name) => name !== 'thread 7').toReversed()])
})

test('erasing leaves no trace in the files', async () => {
  const { checkpointer, artifacts, path, database } = await opened()
  const secrets = Array.from({ length: 80 }, (_, index) => `SECRET-${index}-${'s'.repeat(index * 40)}`)
  await append(checkpointer, 'private', secrets)
  await append(checkpointer, 'public', ['PUBLIC'])
  const label = { integrity: 'trusted', sources: [], readers: 'anyone', confidential: true } as const
  const { hash } = await artifacts.put(Buffer.from('SECRET-artifact '.repeat(9_000)), {
    mediaType: 'text/plain',
    label,
  })
  const { token } = await checkpointer.lease('private', stranger, 60_000)
  const named = { thread: 'private', after: 80, lease: token, entries: [note('x', { artifacts: [hash] })] }
  await checkpointer.commit({ appends: [named], flush: 'process' })
  await checkpointer.signal([{ ...control('private', 'one'), data: 'SECRET-signal' }], 'process')
  await checkpointer.snapshot('private', {
    fold: { id: 'f', version: 1 },
    at: 3,
    bytes: Buffer.from('SECRET-snapshot'),
  })
  const traces = (): number =>
    [path, `${path}-wal`].filter(existsSync).filter((file) => readFileSync(file).includes('SECRET-')).length
  expect(traces()).toBe(1)

  await checkpointer.erase({ thread: 'private', entries: [1, 2], forks: 'refuse' })
  const first = [path, `${path}-wal`]
    .filter(existsSync)
    .map((file) => readFileSync(file, 'latin1'))
    .join('')
  expect(first).not.toMatch(/SECRET-[01]-/)
  await verifyThread(checkpointer, 'private')

  const receipt = await checkpointer.erase({ thread: 'private', forks: 'refuse' })
  expect(receipt).toMatchObject({ threads: ['private'], entries: 81, signals: 1, snapshots: 0 })
  expect(traces()).toBe(0)
  expect(await artifacts.describe(hash)).toBeUndefined()
  expect(data((await checkpointer.read('public')).entries)).toEqual(['PUBLIC'])
  expect(await database.findDamage()).toEqual([])
})

test('a token of an erased thread is never given again', async () => {
  const { checkpointer } = await opened()
  const stale = await append(checkpointer, 'thread', ['one'])
  await checkpointer.erase({ thread: 'thread', forks: 'refuse' })
  const next = await append(checkpointer, 'thread', ['anew'])
  expect(next).toBeGreaterThan(stale)
  const late = { thread: 'thread', after: 1, lease: stale, entries: [note('late')] }
  await expect(checkpointer.commit({ appends: [late], flush: 'process' })).rejects.toMatchObject({
    code: 'lease-lost',
  })
})

test('a joined commit that must survive power loss needs a transaction that does', async () => {
  const { checkpointer, database } = await opened()
  const { token } = await checkpointer.lease('thread', stranger, 60_000)
  const batch = {
    appends: [{ thread: 'thread', after: 0, lease: token, entries: [note(1)] }],
    flush: 'power',
  } as const
  const weak = database.transaction(
    (transaction) => checkpointer.within(transaction).commit(batch),
    'process',
  )
  await expect(weak).rejects.toMatchObject({ code: 'not-supported' })
  await database.transaction((transaction) => checkpointer.within(transaction).commit(batch))
  expect((await checkpointer.read('thread')).head).toBe(1)
  const erasing = database.transaction((transaction) =>
    checkpointer.within(transaction).erase({ thread: 'thread', forks: 'refuse' }),
  )
  await expect(erasing).rejects.toMatchObject({ code: 'not-supported' })
})

test('a failed commit inside a transaction leaves the rest of the transaction whole', async () => {
  const { checkpointer, database } = await opened()
  const token = await append(checkpointer, 'thread', ['one'])
  await database.transaction(async (transaction) => {
    const inside = checkpointer.within(transaction)
    const batch = (after: number) => ({
      appends: [{ thread: 'thread', after, lease: token, entries: [note(`after ${after}`)] }],
      flush: 'process' as const,
    })
    await inside.commit(batch(1))
    await expect(inside.commit(batch(5))).rejects.toMatchObject({ code: 'checkpoint-conflict' })
    await inside.commit(batch(2))
  })
  await verifyThread(checkpointer, 'thread')
  expect(data((await checkpointer.read('thread')).entries)).toEqual(['one', 'after 1', 'after 2'])
})

test('refuses everything once it is closed, and leaves the database open', async () => {
  const { checkpointer, database } = await opened()
  await append(checkpointer, 'thread', ['one'])
  await checkpointer[Symbol.asyncDispose]()
  const closed = { code: 'database-unavailable', message: expect.stringContaining('closed') }
  await expect(checkpointer.read('thread')).rejects.toMatchObject(closed)
  await expect(checkpointer.signal([control('thread', 'x')], 'process')).rejects.toMatchObject(closed)
  await expect(checkpointer.erase({ thread: 'thread', forks: 'refuse' })).rejects.toMatchObject(closed)
  expect((await sqliteCheckpointer(database).read('thread')).head).toBe(1)
})

test('a watcher that was forgotten keeps no process alive', async () => {
  const file = newFile()
  onTestFinished(() => file.remove())
  const { code, complaint } = await startProgram(new URL('forgetful-watcher.ts', import.meta.url), file.path)
    .ended
  expect([code, complaint]).toEqual([0, ''])
}, 30_000)

test('says so when the disk is full, and keeps what was acknowledged', async () => {
  const { checkpointer, database } = await opened()
  database.exec('PRAGMA max_page_count = 120')
  const { token } = await checkpointer.lease('thread', stranger, 60_000)
  const fill = async (): Promise<void> => {
    for (let after = 0; after < 5_000; after += 1) {
      const request = { thread: 'thread', after, lease: token, entries: [note('x'.repeat(900))] }
      await checkpointer.commit({ appends: [request], flush: after % 10 === 0 ? 'power' : 'process' })
      acknowledged = after + 1
    }
  }
  let acknowledged = 0
  await expect(fill()).rejects.toMatchObject({ code: 'database-full' })
  expect((await checkpointer.read('thread')).head).toBe(acknowledged)
  await verifyThread(checkpointer, 'thread')
  database.exec('PRAGMA max_page_count = 1000')
  const request = {
    thread: 'thread',
    after: acknowledged,
    lease: token,
    entries: [note('there is space again')],
  }
  await checkpointer.commit({ appends: [request], flush: 'power' })
  expect((await verifyThread(checkpointer, 'thread')).entries).toBe(acknowledged + 1)
})

test('works in memory', async () => {
  await using database = await openSqlite(':memory:')
  const checkpointer: Checkpointer = sqliteCheckpointer(database)
  await append(checkpointer, 'thread', ['one'])
  expect(data((await checkpointer.read('thread')).entries)).toEqual(['one'])
})
