import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'

import { verifyThread } from '@keepup/checkpoint'
import { KeepupError } from '@keepup/core'
import { append } from '@keepup/vitest/entries'
import { expect, onTestFinished, test } from 'vitest'

import { newFile, openStore } from './stores.ts'

/** A small generator of numbers below a bound, so that a seed names every cut. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    // SplitMix32: neighbouring seeds give unlike numbers.
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    mixed ^= mixed >>> 15
    return Math.floor(((mixed >>> 0) / 2 ** 32) * below)
  }
}

function temporaryFile(): string {
  const file = newFile()
  onTestFinished(() => file.remove())
  return file.path
}

test('a damaged write-ahead log reopens as an intact prefix, wherever it is damaged', async () => {
  const path = temporaryFile()
  const store = await openStore(path)
  store.database.exec('PRAGMA wal_autocheckpoint = 0')
  await append(
    store.checkpointer,
    'thread',
    Array.from({ length: 200 }, (_, index) => `${index + 1} ${'x'.repeat(400)}`),
  )
  const [main, log] = [readFileSync(path), readFileSync(`${path}-wal`)]
  await store.close()

  const heads: number[] = []
  for (let seed = 1; seed <= 60; seed += 1) {
    const cut = temporaryFile()
    writeFileSync(cut, main)
    writeFileSync(`${cut}-wal`, damage(log, seed))
    const reopened = await openStore(cut)
    const { head, entries } = await reopened.checkpointer.read('thread')
    expect(entries.map(({ data }) => Number.parseInt(String(data), 10))).toEqual(
      entries.map((_, index) => index + 1),
    )
    if (head > 0) await verifyThread(reopened.checkpointer, 'thread')
    expect(await reopened.database.findDamage()).toEqual([])
    await append(reopened.checkpointer, 'thread', ['goes on'])
    heads.push(head)
    await reopened.close()
  }
  expect(new Set(heads).size).toBeGreaterThan(20)
}, 60_000)

/** Cuts the log, flips a bit of it, or zeroes 4 KB of it, at a place that the seed names. */
function damage(log: Buffer, seed: number): Buffer {
  const next = numbers(seed)
  const damaged = Buffer.from(log)
  const place = next(log.length)
  if (seed % 3 === 0) return damaged.subarray(0, place)
  if (seed % 3 === 1) damaged[place] = (damaged[place] ?? 0) ^ (1 << next(8))
  else damaged.fill(0, place, place + 4_096)
  return damaged
}

test('a flipped byte anywhere in the file is noticed or without effect, and nothing else is told', async () => {
  const path = temporaryFile()
  const values = Array.from({ length: 150 }, (_, index) => ({ index, text: `${index} `.repeat(250) }))
  const store = await openStore(path)
  await append(store.checkpointer, 'thread', values)
  await store.close()
  const whole = readFileSync(path)
  let noticed = 0
  for (let seed = 1; seed <= 100; seed += 1) {
    const next = numbers(seed)
    const copy = temporaryFile()
    const bytes = Buffer.from(whole)
    const place = next(bytes.length)
    bytes[place] = (bytes[place] ?? 0) ^ (1 << next(8))
    writeFileSync(copy, bytes)
    const told = await readAll(copy)
    if (told instanceof KeepupError) {
      expect(['thread-damaged', 'database-corrupt', 'database-too-new', 'internal']).toContain(told.code)
      noticed += 1
    } else {
      expect(told).toEqual(values)
    }
  }
  expect(noticed).toBeGreaterThan(20)
}, 60_000)

/** Everything the thread says, or the error. */
async function readAll(path: string): Promise<unknown> {
  try {
    const store = await openStore(path)
    try {
      const { entries } = await store.checkpointer.read('thread')
      return entries.map(({ data }) => data)
    } finally {
      await store.close()
    }
  } catch (error) {
    return error
  }
}

test('what lies before a damaged entry can be read', async () => {
  const path = temporaryFile()
  const store = await openStore(path)
  await append(store.checkpointer, 'thread', ['one', 'two', 'three', 'four'])
  await store.database.write('process', () =>
    store.database.exec('UPDATE entry SET data = \'"thr?e"\' WHERE data = \'"three"\''),
  )
  const damaged = await store.checkpointer.read('thread').catch((error: unknown) => error)
  expect(damaged).toMatchObject({ code: 'thread-damaged', details: { thread: 'thread', sequence: 3 } })
  const before = await store.checkpointer.read('thread', { at: 2 })
  expect(before.entries.map(({ data }) => data)).toEqual(['one', 'two'])
  await store.checkpointer.fork({ thread: 'thread', at: 2 }, 'saved')
  expect((await store.checkpointer.read('saved')).head).toBe(2)
  await store.database.write('process', () => store.database.exec('DELETE FROM entry WHERE data = \'"two"\''))
  await expect(store.checkpointer.read('thread')).rejects.toMatchObject({
    code: 'thread-damaged',
    message: expect.stringContaining('Entry 2 of thread thread'),
  })
  await store.close()
})

test('a truncated file says that it is corrupt, and tells nothing wrong', async () => {
  const path = temporaryFile()
  const store = await openStore(path)
  await append(
    store.checkpointer,
    'thread',
    Array.from({ length: 100 }, (_, index) => `${index} ${'x'.repeat(900)}`),
  )
  await store.close()
  const copy = temporaryFile()
  copyFileSync(path, copy)
  truncateSync(copy, Math.floor(readFileSync(path).length / 2))
  expect(existsSync(`${copy}-wal`)).toBe(false)
  expect(await readAll(copy)).toMatchObject({
    code: 'database-corrupt',
    message: expect.stringContaining(copy),
  })
})
