import type { Checkpointer, Fold, NewEntry } from '@keepup/core'
import { beforeEach, describe, expect, test } from 'vitest'

import {
  memoryCheckpointer,
  readState,
  type Retention,
  retainThreads,
  tagThread,
  verifyThread,
} from '../src/index.ts'
import { collect } from './parts/collect.ts'
import { note, rewound, stranger } from './parts/entry.ts'

const count: Fold<number> = {
  id: 'count',
  version: 1,
  initial: 0,
  apply: (sum, entry) => (entry.type === 'note-taken' ? sum + 1 : sum),
}
const clock = { now: () => 1_000_000, sleep: () => Promise.resolve() }
let checkpointer: Checkpointer

beforeEach(() => {
  checkpointer = memoryCheckpointer()
})

/** Each entry in a commit of its own. */
async function write(thread: string, ...entries: NewEntry[]): Promise<void> {
  await using lease = await checkpointer.lease(thread, stranger('a'), 30_000)
  for (const entry of entries) {
    const { head } = await checkpointer.read(thread)
    const append = { thread, after: head, lease: lease.token, entries: [entry] }
    await checkpointer.commit({ appends: [append], flush: 'process' })
  }
}

const notes = (times: number, time = 1_000) =>
  Array.from({ length: times }, (_, index) => note(index, { time }))

const retain = (retention: Retention, more: { dryRun?: boolean } = {}) =>
  collect(retainThreads({ checkpointer, fold: count, retention, clock, ...more }))

async function physical(thread: string): Promise<number[]> {
  return (await collect(checkpointer.log(thread))).map(({ sequence }) => sequence)
}

describe('a retention', () => {
  test('keeps the last checkpoints, and the state and the chain of all', async () => {
    await write('t', ...notes(10))
    expect(await retain({ checkpoints: 3 }, { dryRun: true })).toEqual([
      { thread: 't', through: 7, entries: 0 },
    ])
    expect(await physical('t')).toHaveLength(10)
    expect(await retain({ checkpoints: 3 })).toEqual([{ thread: 't', through: 7, entries: 7 }])
    expect(await physical('t')).toEqual([7, 8, 9, 10])
    expect((await readState(checkpointer, 't', count)).state).toBe(10)
    await verifyThread(checkpointer, 't')
    await write('t', note('more'))
    expect(await retain({ checkpoints: 4 })).toEqual([{ thread: 't', entries: 0 }])
    expect(await retain({ checkpoints: 0 })).toMatchObject([{ through: 10 }])
    expect((await readState(checkpointer, 't', count)).state).toBe(11)
  })

  test('keeps what is young, however much it is', async () => {
    await write('t', ...notes(4, 1_000), ...notes(5, 999_000))
    expect(await retain({ age: 10_000 })).toMatchObject([{ through: 4 }])
    expect(await physical('t')).toEqual([4, 5, 6, 7, 8, 9])
    await write('young', ...notes(3, 999_999))
    expect(await retain({ age: 10_000 })).toEqual([
      { thread: 't', entries: 0 },
      { thread: 'young', entries: 0 },
    ])
  })

  test('keeps tagged positions unless it is told not to', async () => {
    await write('t', ...notes(8))
    await tagThread({ checkpointer, thread: 't', tag: 'good', at: 5, clock })
    expect(await retain({})).toMatchObject([{ through: 5 }])
    expect((await checkpointer.read('t', { at: 5 })).entries).toHaveLength(1)
    expect(await retain({ tags: 'ignore' })).toMatchObject([{ through: 8 }])
  })

  test('keeps what forks and rewinds go back to', async () => {
    await write('t', ...notes(8), rewound(6), note('after'))
    expect(await retain({ checkpoints: 1 }, { dryRun: true })).toMatchObject([{ through: 9 }])
    expect(await retain({ checkpoints: 2 }, { dryRun: true })).toMatchObject([{ through: 6 }])
    await checkpointer.fork({ thread: 't', at: 4 }, 'fork')
    await write('fork', ...notes(3))
    expect(await retain({ checkpoints: 2 })).toMatchObject([
      { thread: 't', through: 4 },
      { thread: 'fork', through: 5 },
    ])
    expect((await readState(checkpointer, 't', count)).state).toBe(7)
    expect((await readState(checkpointer, 'fork', count)).state).toBe(7)
    expect(await physical('fork')).toEqual([5, 6, 7])
  })

  test('leaves alone, and tells, what somebody runs and what its fold cannot read', async () => {
    await write('held', ...notes(3))
    await write('strange', note('x', { type: 'other/thing', critical: true }), ...notes(2))
    await write('plain', ...notes(3))
    await checkpointer.lease('held', stranger('b'), 30_000)
    const fold = { ...count, understands: new Set(['note-taken']) }
    const told = await collect(retainThreads({ checkpointer, fold, retention: {}, clock }))
    expect(told.map(({ thread, through, refused }) => [thread, through, refused?.code])).toEqual([
      ['held', undefined, 'lease-held'],
      ['strange', undefined, 'thread-too-new'],
      ['plain', 2, undefined],
    ])
    expect(await physical('strange')).toEqual([1, 2, 3])
  })

  test('leaves alone a thread of another kind, though its fold may skip all that is in it', async () => {
    const other = () => note('x', { type: 'other/thing', time: 1_000 })
    await write('other', other(), other(), other())
    await write('mixed', note('x', { time: 1_000 }), other(), other())
    const fold = { ...count, understands: new Set(['note-taken']) }
    for (const dryRun of [true, false]) {
      const told = await collect(retainThreads({ checkpointer, fold, retention: {}, clock, dryRun }))
      expect(told.map(({ thread, through, refused }) => [thread, through, refused?.code])).toEqual([
        ['other', undefined, 'not-supported'],
        ['mixed', 2, undefined],
      ])
    }
    expect(await physical('other')).toEqual([1, 2, 3])
    expect((await retain({})).map(({ refused }) => refused)).toEqual([undefined, undefined])
  })
})
