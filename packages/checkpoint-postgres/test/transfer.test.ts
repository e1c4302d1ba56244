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
import { expect, inject, onTestFinished, test } from 'vitest'

import { openStore, type OpenStore } from './stores.ts'

const label: Label = { integrity: 'free-text', sources: ['a', 'web'], readers: ['me'], confidential: true }
const names = ['main', 'branch', 'leaf', 'empty', 'old', 'heir', 'topic']
const me = currentOwner('test')

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
  const store = await openStore(inject('postgresUrl'))
  onTestFinished(() => store.remove())
  return store
}

function inMemory(): ImportTarget & { readonly artifacts: ArtifactStore } {
  const artifacts = memoryArtifacts()
  return { artifacts, checkpointer: memoryCheckpointer({ artifacts }) }
}

async function write(checkpointer: Checkpointer, thread: string, ...commits: NewEntry[][]): Promise<void> {
  await using lease = await checkpointer.lease(thread, me, 30_000)
  for (const entries of commits) {
    const { head } = await checkpointer.read(thread)
    const append = { thread, after: head, lease: lease.token, entries }
    await checkpointer.commit({ appends: [append], flush: 'process' })
  }
}

/** Threads with what a thread can have: labels, artifacts, rewinds, forks of forks, erased entries, a base, many writers, signals. */
async function fill({ checkpointer, artifacts }: ReturnType<typeof inMemory>): Promise<void> {
  const { hash } = await artifacts.put(randomBytes(150_000), { mediaType: 'image/png', label })
  await write(
    checkpointer,
    'main',
    [
      note(
        { a: 1n, bytes: Uint8Array.of(0, 255), 'ü\u2028': '\ud83d' },
        { labels: { default: label, leaves: [['/a', label]] } },
      ),
    ],
    [note('b', { cause: 1 }), note('c', { artifacts: [hash], scope: 'node 1', until: 77, cause: 'signal' })],
    [rewound(2), note('e', { labels: { default: label } })],
    [note('secret'), rewound(1)],
  )
  await checkpointer.fork({ thread: 'main', at: 5 }, 'branch')
  await write(checkpointer, 'branch', [note('own', { artifacts: [hash] }), note('own 2')])
  await checkpointer.fork({ thread: 'branch', at: 3 }, 'leaf')
  await write(checkpointer, 'leaf', [note('leaf')])
  await checkpointer.fork({ thread: 'main', at: 7 }, 'empty')
  await checkpointer.erase({ thread: 'main', entries: [6, 7], forks: 'cascade' })
  await write(checkpointer, 'old', [note(1), note(2)], [note(3), note(4)], [note(5)])
  await using lease = await checkpointer.lease('old', me, 30_000)
  const fold = { id: 'f', version: 1 }
  await checkpointer.prune({ thread: 'old', lease: lease.token, through: 3, fold, state: [1], time: 9 })
  await checkpointer.fork({ thread: 'old', at: 4 }, 'heir')
  await using first = await checkpointer.lease('topic', me, 30_000)
  const topic = {
    thread: 'topic',
    after: 0,
    lease: first.token,
    writers: 'many',
    entries: [note('x', { id: 'x' })],
  } as const
  await checkpointer.commit({ appends: [topic], flush: 'process' })
  const signal = { thread: 'leaf', channel: 'messages', type: 'message', time: 3, by: 'user', data: 1n }
  await checkpointer.signal([{ ...signal, id: 's', labels: { default: label } }], 'process')
}

async function textOf(source: Parameters<typeof exportThreads>[0]): Promise<string> {
  let text = ''
  for await (const line of exportThreads(source, names)) text += line
  return text
}

async function* stream(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += 7_777) yield text.slice(at, at + 7_777)
}

/** What a reader sees of every thread, without the places of signals in their queue. */
async function looks(checkpointer: Checkpointer): Promise<unknown[]> {
  return Promise.all(
    names.map(async (thread) => {
      const history: unknown[] = []
      for await (const checkpoint of checkpointer.history(thread)) history.push(checkpoint)
      const pending = (await checkpointer.pending(thread)).map(({ position, ...signal }) => signal)
      await verifyThread(checkpointer, thread)
      // A store counts the erasures that happened in it.
      const view = { ...(await checkpointer.read(thread)), erasures: undefined }
      return { thread, view, history, pending }
    }),
  )
}

test('threads keep their hashes in PostgreSQL and back, look the same, and go on', async () => {
  const source = inMemory()
  await fill(source)
  const exported = await textOf(source)
  const store = await openNew()
  expect(await importThreads(store, stream(exported))).toMatchObject({
    threads: 7,
    known: 0,
    artifacts: 1,
    signals: 1,
  })
  expect(await looks(store.checkpointer)).toEqual(await looks(source.checkpointer))
  expect(await textOf(store)).toBe(exported)
  const back = inMemory()
  await copyThreads(store, back, names)
  expect(await textOf(back)).toBe(exported)

  expect(await importThreads(store, stream(exported))).toMatchObject({ entries: 0, signals: 0 })
  for (const thread of ['main', 'empty', 'heir']) await write(store.checkpointer, thread, [note('goes on')])
  const more = [note('x', { id: 'x' }), note('y', { id: 'y' })]
  await store.checkpointer.commit({
    appends: [{ thread: 'topic', after: 'head', entries: more }],
    flush: 'process',
  })
  expect((await store.checkpointer.read('topic')).head).toBe(2)
  await store.checkpointer.erase({ thread: 'main', entries: [3], forks: 'cascade' })
  for (const thread of names) await verifyThread(store.checkpointer, thread)
  // The artifact is named by another thread still.
  expect(await store.artifacts.collect(0)).toMatchObject({ artifacts: 0 })
})

test('a cut export leaves whole beginnings, from which the whole one goes on', async () => {
  const source = inMemory()
  await fill(source)
  const exported = await textOf(source)
  const lines = exported.split('\n')
  const store = await openNew()
  for (const cut of [3, 9, lines.length - 6]) {
    const part = `${lines.slice(0, cut).join('\n')}\n`
    await expect(importThreads(store, stream(part))).rejects.toMatchObject({ code: 'thread-damaged' })
  }
  await importThreads(store, stream(exported))
  expect(await textOf(store)).toBe(exported)
})

test('a part is refused whole: without its artifact or origin, for another head, or while somebody may write', async () => {
  const source = inMemory()
  await fill(source)
  const { checkpointer } = await openNew()
  const entries = []
  for await (const entry of source.checkpointer.log('main')) {
    if (entry.sequence <= 3) entries.push({ entry, bytes: Buffer.from('null'), part: 0 })
  }
  const part = { thread: 'main', writers: 'one', created: 5, after: 0, entries, flush: 'process' } as const
  await expect(checkpointer.receive(part)).rejects.toMatchObject({ code: 'artifact-unknown' })
  await expect(checkpointer.receive({ ...part, after: 1 })).rejects.toMatchObject({
    code: 'checkpoint-conflict',
  })
  const forked = { ...part, origin: { thread: 'nobody', at: 1 }, after: 1 }
  await expect(checkpointer.receive(forked)).rejects.toMatchObject({ code: 'thread-unknown' })
  const lease = await checkpointer.lease('main', { ...me, host: 'elsewhere' }, 30_000)
  await expect(checkpointer.receive(part)).rejects.toMatchObject({ code: 'lease-held' })
  await lease.release()
  const found = []
  for await (const { thread } of checkpointer.threads()) found.push(thread)
  expect(found).toEqual([])
  // Two at once: one of them comes second.
  const bare = { ...part, withoutArtifacts: true }
  const both = await Promise.allSettled([checkpointer.receive(bare), checkpointer.receive(bare)])
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect((await checkpointer.read('main', { at: 0 })).head).toBe(3)
})
