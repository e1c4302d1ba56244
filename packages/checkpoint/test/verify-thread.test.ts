import type { Checkpointer, Entry } from '@keepup/core'
import { beforeEach, describe, expect, test } from 'vitest'

import { forkThread, memoryCheckpointer, openThread, verifyThread } from '../src/index.ts'
import { collect } from './parts/collect.ts'
import { note, rewound, stranger } from './parts/entry.ts'
import { notesFold } from './parts/notes-fold.ts'

let checkpointer: Checkpointer

beforeEach(async () => {
  checkpointer = memoryCheckpointer()
  await write('t', note('a'), note({ b: new Date(1) }), rewound(1), note('d'))
})

async function write(name: string, ...entries: Parameters<typeof note>[0][]): Promise<void> {
  const options = { checkpointer, thread: name, fold: notesFold, owner: stranger('a') }
  await using thread = await openThread(options)
  // Every value is an entry here.
  for (const entry of entries) await thread.append([entry as Entry])
}

/** The same checkpointer, whose log of one thread is changed on its way. */
function tampered(name: string, change: (entries: Entry[]) => Entry[]): Checkpointer {
  return {
    ...checkpointer,
    log: async function* (thread, after) {
      const entries = await collect(checkpointer.log(thread, after))
      yield* thread === name ? change(entries) : entries
    },
  }
}

describe('a thread verifies', () => {
  test('as it was written, through every fork', async () => {
    await forkThread(checkpointer, { thread: 't', at: 2 }, 'fork')
    await write('fork', note('own'))
    await forkThread(checkpointer, { thread: 'fork' }, 'second')
    await forkThread(checkpointer, { thread: 'second', at: 1 }, 'third')
    await write('third', note('x'))
    expect(await verifyThread(checkpointer, 't')).toMatchObject({ entries: 4 })
    expect(await verifyThread(checkpointer, 'second')).toMatchObject({ entries: 3 })
    expect(await verifyThread(checkpointer, 'third')).toMatchObject({ entries: 2 })
    expect(await verifyThread(checkpointer, 'none')).toMatchObject({ entries: 0 })
  })

  test('with erased entries and a base, and as a fork of such', async () => {
    await checkpointer.erase({ thread: 't', entries: [2], forks: 'refuse' })
    const { token } = await checkpointer.lease('t', stranger('a'), 1_000)
    const fold = { id: 'notes', version: 2 }
    await checkpointer.prune({ thread: 't', lease: token, through: 3, fold, state: [], time: 5, erasures: 1 })
    await forkThread(checkpointer, { thread: 't' }, 'fork')
    await write('fork', note('own'))
    expect(await verifyThread(checkpointer, 't')).toMatchObject({ entries: 2 })
    expect(await verifyThread(checkpointer, 'fork')).toMatchObject({ entries: 3 })
  })
})

describe('a thread does not verify', () => {
  const swap = (entries: readonly Entry[], index: number, more: Partial<Entry>): Entry[] =>
    entries.map((entry, place) => (place === index ? { ...entry, ...more } : entry))

  const changes: readonly (readonly [string, (entries: Entry[]) => Entry[], number])[] = [
    ['where data was changed', (entries) => swap(entries, 1, { data: { b: new Date(2) } }), 2],
    ['where a salt was changed', (entries) => swap(entries, 1, { salt: 'f'.repeat(32) }), 2],
    ['where a hash was changed', (entries) => swap(entries, 1, { hash: 'f'.repeat(64) }), 2],
    ['where a time was changed', (entries) => swap(entries, 0, { time: 2_000 }), 1],
    ['where an actor was changed', (entries) => swap(entries, 3, { by: 'runtime' }), 4],
    ['where an entry is missing', (entries) => entries.toSpliced(1, 1), 2],
    ['where the last entry is missing', (entries) => entries.slice(0, 3), 4],
    ['where the first entry is missing', (entries) => entries.slice(1), 1],
    [
      'where entries were exchanged',
      (entries) => entries.toSpliced(0, 2, ...entries.slice(0, 2).toReversed()),
      1,
    ],
    [
      'where an entry pretends to be erased',
      (entries) => swap(entries, 1, { erased: true, data: undefined }),
      2,
    ],
    [
      'where an entry became a base',
      (entries) => swap(entries, 1, { type: 'thread-pruned', data: { replaced: 'f'.repeat(64) } }),
      2,
    ],
  ]
  test.each(changes)('%s', async (_, change, sequence) => {
    await expect(verifyThread(tampered('t', change), 't')).rejects.toMatchObject({
      code: 'thread-damaged',
      details: { thread: 't', sequence },
    })
  })

  test('where the past of a fork was changed', async () => {
    await forkThread(checkpointer, { thread: 't', at: 2 }, 'fork')
    await write('fork', note('own'))
    const changed = tampered('t', (entries) => swap(entries, 0, { data: 'other' }))
    await expect(verifyThread(changed, 'fork')).rejects.toMatchObject({
      details: { thread: 't', sequence: 1 },
    })
  })

  test('where the head that is told is another one', async () => {
    const lying: Checkpointer = {
      ...checkpointer,
      read: async (...asked) => ({ ...(await checkpointer.read(...asked)), hash: 'f'.repeat(64) }),
    }
    await expect(verifyThread(lying, 't')).rejects.toMatchObject({ code: 'thread-damaged' })
  })
})
