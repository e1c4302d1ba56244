import { randomBytes } from 'node:crypto'

import {
  copyThreads,
  currentOwner,
  exportThreads,
  type ImportTarget,
  importThreads,
  memoryArtifacts,
  memoryCheckpointer,
  verifyThread,
} from '@keepup/checkpoint'
import type { ArtifactStore, Checkpointer, Label, NewEntry } from '@keepup/core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import { collect } from './collect.ts'
import { newFile, openStore, type OpenStore } from './stores.ts'

const label: Label = { integrity: 'free-text', sources: ['a', 'web'], readers: ['me'], confidential: true }
const threads = ['main', 'branch', 'leaf', 'empty', 'topic', 'old', 'heir']

const note = (data: unknown, more: Partial<NewEntry> = {}): NewEntry => ({
  type: 'note-taken',
  version: 1,
  critical: false,
  time: 1_000,
  by: 'user',
  data,
  ...more,
})
const rewound = (to: number): NewEntry => note({ to }, { type: 'thread-rewound', critical: true })

async function openNew(): Promise<OpenStore> {
  const file = newFile()
  const store = await openStore(file.path)
  onTestFinished(async () => {
    await store.close()
    file.remove()
  })
  return store
}

function inMemory(): ImportTarget & { readonly artifacts: ArtifactStore } {
  const artifacts = memoryArtifacts()
  return { artifacts, checkpointer: memoryCheckpointer({ artifacts }) }
}

/** Commits groups of entries to a thread. */
async function write(checkpointer: Checkpointer, thread: string, ...commits: NewEntry[][]): Promise<void> {
  await using lease = await checkpointer.lease(thread, currentOwner('test'), 30_000)
  for (const entries of commits) {
    const { head } = await checkpointer.read(thread)
    await checkpointer.commit({
      appends: [{ thread, after: head, lease: lease.token, entries }],
      flush: 'process',
    })
  }
}

/** Threads with everything that a thread can have. */
async function fill({
  checkpointer,
  artifacts,
}: Pick<OpenStore, 'checkpointer' | 'artifacts'>): Promise<void> {
  const large = await artifacts.put(randomBytes(200_000), { mediaType: 'image/png', label })
  const empty = await artifacts.put(new Uint8Array(0), { mediaType: 'text/plain', label })
  const rich = {
    map: new Map([[1n, new Date(5)]]),
    bytes: Uint8Array.of(1, 2),
    minus: -0,
    gone: undefined,
    'ü\u2028': '\ud83d',
  }
  await write(
    checkpointer,
    'main',
    [note(rich, { labels: { default: label, leaves: [['/map', label]] } }), note('b', { cause: 1 })],
    [note('c', { artifacts: [large.hash, empty.hash], scope: 'node 1', until: 77, cause: 'signal' })],
    [rewound(2), note('e', { labels: { default: label } })],
    [note('secret'), rewound(1), note('h')],
  )
  await checkpointer.fork({ thread: 'main', at: 5 }, 'branch')
  await write(checkpointer, 'branch', [note('own', { artifacts: [large.hash] }), note('own 2')])
  await checkpointer.fork({ thread: 'branch', at: 3 }, 'leaf')
  await write(checkpointer, 'leaf', [note('leaf')])
  await checkpointer.fork({ thread: 'main', at: 8 }, 'empty')
  await checkpointer.erase({ thread: 'main', entries: [6, 7], forks: 'cascade' })
  await write(checkpointer, 'old', [note(1), note(2)], [note(3), note(4)], [note(5)])
  await using lease = await checkpointer.lease('old', currentOwner('test'), 30_000)
  const fold = { id: 'f', version: 1 }
  await checkpointer.prune({ thread: 'old', lease: lease.token, through: 3, fold, state: [1, 2, 3], time: 9 })
  await checkpointer.fork({ thread: 'old', at: 4 }, 'heir')
  const topic = { thread: 'topic', entries: [note('x', { id: 'x' })] }
  await using first = await checkpointer.lease('topic', currentOwner('test'), 30_000)
  await checkpointer.commit({
    appends: [{ ...topic, after: 0, lease: first.token, writers: 'many' }],
    flush: 'process',
  })
  const signal = {
    id: 's',
    thread: 'leaf',
    channel: 'messages',
    type: 'message',
    time: 3,
    by: 'user',
    data: 1n,
  }
  await checkpointer.signal([signal, { ...signal, id: 'z', labels: { default: label } }], 'process')
}

async function textOf(source: Parameters<typeof exportThreads>[0], named = threads): Promise<string> {
  return (await collect(exportThreads(source, named))).join('')
}

const stream = (text: string) =>
  (async function* () {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at += 7_777) yield bytes.subarray(at, at + 7_777)
  })()

async function pictureOf(checkpointer: Checkpointer) {
  return Promise.all(
    threads.map(async (thread) => ({
      thread,
      // A store counts the erasures that happened in it.
      view: { ...(await checkpointer.read(thread)), erasures: undefined },
      log: await collect(checkpointer.log(thread)),
      history: await collect(checkpointer.history(thread)),
      pending: (await checkpointer.pending(thread)).map(({ position, ...signal }) => signal),
      verified: await verifyThread(checkpointer, thread),
    })),
  )
}

describe('threads that are taken elsewhere', () => {
  let original: Awaited<ReturnType<typeof pictureOf>>
  let exported: string

  beforeAll(async () => {
    const source = inMemory()
    await fill(source)
    original = await pictureOf(source.checkpointer)
    exported = await textOf(source)
  })

  test('are the same by every look, in SQLite, in memory and back, and can go on', async () => {
    const store = await openNew()
    const told = await importThreads(store, stream(exported))
    expect(told).toEqual({ threads: 7, entries: 15, known: 0, artifacts: 2, signals: 2 })
    expect(await pictureOf(store.checkpointer)).toEqual(original)
    const back = inMemory()
    await copyThreads(store, back)
    expect(await pictureOf(back.checkpointer)).toEqual(original)
    expect(await textOf(store)).toBe(exported)
    expect(await textOf(back)).toBe(exported)

    for (const { checkpointer } of [store, back]) {
      for (const thread of ['main', 'empty', 'heir']) await write(checkpointer, thread, [note('goes on')])
      await checkpointer.commit({
        appends: [
          { thread: 'topic', after: 'head', entries: [note('x', { id: 'x' }), note('y', { id: 'y' })] },
        ],
        flush: 'process',
      })
      expect((await checkpointer.read('topic')).head).toBe(2)
      for (const thread of threads) await verifyThread(checkpointer, thread)
    }
    await store.checkpointer.erase({ thread: 'main', entries: [3], forks: 'cascade' })
  })

  test('wait until when they waited, also where something was noted since', async () => {
    const source = await openNew()
    const waits = note('waits', { critical: true, until: 9_000 })
    await write(
      source.checkpointer,
      'waiting',
      [waits, note('b')],
      [note('tag')],
      [note('c', { until: 9_500 })],
    )
    await write(source.checkpointer, 'gone on', [waits], [note('goes on', { critical: true })], [note('tag')])
    for (const target of [await openNew(), inMemory()]) {
      await copyThreads(source, target)
      expect(await collect(target.checkpointer.threads({ due: 10_000 }))).toMatchObject([
        { thread: 'waiting', due: 9_000 },
      ])
    }
  })

  test('are taken once, and grow where they are there in part', async () => {
    const store = await openNew()
    const lines = exported.trimEnd().split('\n')
    for (const cut of [3, 9, lines.length - 5]) {
      const part = `${lines.slice(0, cut).join('\n')}\n`
      await expect(importThreads(store, stream(part))).rejects.toMatchObject({
        code: 'thread-damaged',
        details: { line: cut + 1 },
      })
    }
    expect((await importThreads(store, stream(exported))).entries).toBeGreaterThan(0)
    expect(await pictureOf(store.checkpointer)).toEqual(original)
    const again = await importThreads(store, stream(exported))
    expect(again).toMatchObject({ entries: 0, known: 15, signals: 0 })
    await write(store.checkpointer, 'main', [note('later')])
    await importThreads(store, stream(exported))
    expect((await store.checkpointer.read('main')).head).toBe(9)
    // What was erased here does not come back.
    await store.checkpointer.erase({ thread: 'main', entries: [8], forks: 'cascade' })
    await importThreads(store, stream(exported))
    expect((await collect(store.checkpointer.log('main', 7)))[0]).toMatchObject({ erased: true })
  })

  test('are refused at the line that was changed, left out or put in', async () => {
    const lines = exported.trimEnd().split('\n')
    for (let at = 0; at < lines.length; at += 1) {
      const line = lines[at] ?? ''
      const middle = Math.floor(line.length / 3)
      const flipped = `${line.slice(0, middle)}${line[middle] === 'x' ? 'y' : 'x'}${line.slice(middle + 1)}`
      const target = inMemory()
      const changed = lines.with(at, flipped).join('\n')
      await expect(importThreads(target, stream(changed))).rejects.toMatchObject({
        details: { line: at + 1 },
      })
      if (at === lines.length - 1) continue
      const without = lines.toSpliced(at, 1).join('\n')
      await expect(importThreads(inMemory(), stream(without))).rejects.toMatchObject({
        code: 'thread-damaged',
        details: { line: at + 1 },
      })
      const twice = lines.toSpliced(at, 0, line).join('\n')
      await expect(importThreads(inMemory(), stream(twice))).rejects.toMatchObject({ code: 'thread-damaged' })
      for await (const { thread } of target.checkpointer.threads())
        await verifyThread(target.checkpointer, thread)
    }
  })

  test('are not mixed with others of the same name, nor taken while somebody may write to them', async () => {
    const store = await openNew()
    await write(store.checkpointer, 'main', [note('another')])
    await expect(importThreads(store, stream(exported))).rejects.toMatchObject({ code: 'thread-exists' })
    expect((await store.checkpointer.read('main')).head).toBe(1)
    const held = await openNew()
    await using lease = await held.checkpointer.lease('main', { ...currentOwner('x'), host: 'other' }, 30_000)
    await expect(importThreads(held, stream(exported))).rejects.toMatchObject({ code: 'lease-held' })
    await lease.release()
    await importThreads(held, stream(exported))
    const memory = inMemory()
    await memory.checkpointer.lease('main', { ...currentOwner('x'), host: 'other' }, 30_000)
    await expect(importThreads(memory, stream(exported))).rejects.toMatchObject({ code: 'lease-held' })
  })

  test('bring those that they were forked from, and nothing else', async () => {
    const source = inMemory()
    await importThreads(source, stream(exported))
    const target = inMemory()
    await importThreads(target, exportThreads(source, ['leaf']))
    const names = (await collect(target.checkpointer.threads())).map(({ thread }) => thread)
    expect(names.toSorted()).toEqual(['branch', 'leaf', 'main'])
    await expect(textOf(source, ['nobody'])).rejects.toMatchObject({ code: 'thread-unknown' })
  })

  test('are not exported without their artifacts, nor imported to where there is no place for them', async () => {
    const { checkpointer, artifacts } = inMemory()
    await importThreads({ checkpointer, artifacts }, stream(exported))
    await expect(textOf({ checkpointer })).rejects.toMatchObject({ code: 'artifact-unknown' })
    const blind = { checkpointer: memoryCheckpointer() }
    await expect(importThreads(blind, stream(exported))).rejects.toMatchObject({ code: 'not-supported' })
  })
})

test('what is no export, or a later one, is told from a damaged one', async () => {
  for (const text of ['', '\n', '{}', 'x'.repeat(100_000), '{"record":"export"}\n']) {
    await expect(importThreads(inMemory(), stream(text))).rejects.toMatchObject({ details: { line: 1 } })
  }
})

test('a thread that was changed in its store is not exported past the change', async () => {
  const store = await openNew()
  await fill(store)
  store.database.exec(`UPDATE entry SET data = '"forged"' WHERE place & 0xffffffff = 5 AND data = '"e"'`)
  const lines: string[] = []
  await expect(async () => {
    for await (const line of exportThreads(store, ['main'])) lines.push(line)
  }).rejects.toMatchObject({ code: 'thread-damaged', details: { thread: 'main', sequence: 5 } })
})
