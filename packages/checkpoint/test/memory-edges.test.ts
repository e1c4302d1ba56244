import type { Append, Checkpointer, NewSignal } from '@keepup/core'
import { beforeEach, describe, expect, test } from 'vitest'

import { memoryCheckpointer } from '../src/index.ts'
import { collect } from './parts/collect.ts'
import { note, rewound, stranger } from './parts/entry.ts'
import { type ManualClock, manualClock } from './parts/manual-clock.ts'

let clock: ManualClock
let checkpointer: Checkpointer
let token = 0

beforeEach(async () => {
  clock = manualClock()
  checkpointer = memoryCheckpointer({
    clock,
    capacity: 2,
    isOwnerDead: ({ instance }) => instance === 'dead',
  })
  token = (await checkpointer.lease('t', stranger('a'), 30_000)).token
})

const signal = (id: string, more: Partial<NewSignal> = {}): NewSignal => ({
  id,
  thread: 't',
  channel: 'messages',
  type: 'message',
  time: 1,
  by: 'user',
  data: id,
  ...more,
})

const commit = async (append: Partial<Append>, signals: readonly NewSignal[] = []) => {
  const appends = [{ thread: 't', after: 0, lease: token, entries: [], ...append }]
  const [made] = await checkpointer.commit({ appends, signals, flush: 'process' })
  return made
}

describe('an append without entries', () => {
  test('makes no thread and no checkpoint, but takes signals', async () => {
    await checkpointer.signal([signal('one')], 'process')
    expect(await commit({ takes: ['one'] })).toMatchObject({ sequence: 0, entries: [] })
    expect(await collect(checkpointer.threads())).toEqual([])
    expect(await checkpointer.pending('t')).toEqual([])
  })

  test('leaves what the thread waits for', async () => {
    await commit({ entries: [note('a', { until: 50 }), note('b', { until: 40 })] })
    await checkpointer.signal([signal('one')], 'process')
    await commit({ after: 2, takes: ['one'] })
    expect(await collect(checkpointer.threads({ due: 40 }))).toMatchObject([{ thread: 't', due: 40 }])
    expect(await collect(checkpointer.threads({ due: 39 }))).toEqual([])
    expect(await collect(checkpointer.history('t'))).toHaveLength(1)
    await commit({ after: 2, entries: [note('c', { critical: true })] })
    expect(await collect(checkpointer.threads({ due: 99 }))).toEqual([])
  })
})

describe('one commit', () => {
  test('may append to a thread twice, the second after the first', async () => {
    const first = { thread: 't', after: 0, lease: token, entries: [note('a')] }
    const second = { thread: 't', after: 1, lease: token, entries: [note('b'), rewound(1)] }
    const made = await checkpointer.commit({ appends: [first, second], flush: 'process' })
    expect(made.map(({ sequence }) => sequence)).toEqual([1, 3])
    expect((await checkpointer.read('t')).entries.map(({ sequence }) => sequence)).toEqual([1, 3])
    expect((await collect(checkpointer.history('t'))).map(({ types }) => types.length)).toEqual([2, 1])
  })

  test('may take from a full channel and fill it again, but no further', async () => {
    await checkpointer.signal([signal('one'), signal('two')], 'process')
    const next = [signal('three'), signal('three')]
    await expect(commit({ entries: [note('a')] }, next)).rejects.toMatchObject({ code: 'database-busy' })
    await commit({ entries: [note('a')], takes: ['one'] }, next)
    expect((await checkpointer.pending('t')).map(({ id, position }) => [id, position])).toEqual([
      ['two', 2],
      ['three', 3],
    ])
    await expect(
      commit({ after: 1, entries: [note('b')], takes: ['two'] }, [signal('four'), signal('five')]),
    ).rejects.toMatchObject({ code: 'database-busy' })
    expect(await checkpointer.pending('t')).toHaveLength(2)
  })

  test('takes heads of several channels, each in its order', async () => {
    const steer = signal('steer', { channel: 'steers' })
    await checkpointer.signal([signal('one'), steer, signal('two')], 'process')
    for (const takes of [['two'], ['two', 'one'], ['one', 'one'], ['never sent']]) {
      await expect(commit({ takes })).rejects.toMatchObject({ code: 'checkpoint-conflict' })
    }
    await commit({ entries: [note('x')], takes: ['one', 'steer', 'two'] })
    await expect(commit({ after: 1, takes: ['one'] })).rejects.toThrow(/does not wait/)
  })

  test('refuses ids where one writes, and a head that is not named', async () => {
    await expect(commit({ entries: [note('a', { id: 'fact' })] })).rejects.toThrow(/many writers/)
    await expect(commit({ after: 'head', entries: [note('a')] })).rejects.toMatchObject({
      code: 'thread-unknown',
    })
    await commit({ entries: [note('a')] })
    await expect(commit({ after: 'head', entries: [note('a')] })).rejects.toMatchObject({
      code: 'entry-invalid',
    })
  })

  test('chooses the writers of a new thread only', async () => {
    await checkpointer.fork({ thread: await create('base'), at: 0 }, 'empty fork')
    const lease = await checkpointer.lease('empty fork', stranger('a'), 30_000)
    const append = { thread: 'empty fork', after: 0, lease: lease.token, entries: [note('x')] }
    await expect(
      checkpointer.commit({ appends: [{ ...append, writers: 'many' }], flush: 'process' }),
    ).rejects.toMatchObject({ code: 'thread-exists' })
    await checkpointer.commit({ appends: [append], flush: 'process' })
  })

  async function create(thread: string): Promise<string> {
    const lease = await checkpointer.lease(thread, stranger('a'), 30_000)
    const appends = [{ thread, after: 0, lease: lease.token, entries: [note('x')] }]
    await checkpointer.commit({ appends, flush: 'process' })
    return thread
  }
})

describe('a lease', () => {
  test('lasts exactly until it expires', async () => {
    await clock.pass(29_999)
    await expect(checkpointer.lease('t', stranger('b'), 1_000)).rejects.toMatchObject({ code: 'lease-held' })
    await commit({ entries: [note('a')] })
    await clock.pass(1)
    await expect(commit({ after: 1, entries: [note('b')] })).rejects.toMatchObject({ code: 'lease-lost' })
    expect((await checkpointer.lease('t', stranger('b'), 1_000)).token).toBe(token + 1)
  })

  test('of a dead owner is taken at once', async () => {
    const dead = await checkpointer.lease('u', stranger('dead'), 30_000)
    const next = await checkpointer.lease('u', stranger('b'), 30_000)
    expect(next.token).toBe(dead.token + 1)
    await expect(dead.renew(1_000)).rejects.toMatchObject({ code: 'lease-lost' })
    await dead.release()
    await next.renew(1_000)
    expect(next.expires).toBe(clock.now() + 1_000)
  })

  test('must last for some time', async () => {
    for (const ttl of [0, -1, Number.NaN]) {
      await expect(checkpointer.lease('v', stranger('b'), ttl)).rejects.toMatchObject({
        code: 'input-invalid',
      })
    }
  })

  test.each(['host', 'boot', 'process', 'started', 'instance'] as const)(
    'of an owner with another %s is of another owner',
    async (field) => {
      const other = { ...stranger('a'), [field]: field === 'process' ? 1 : 'x' }
      await expect(checkpointer.lease('t', other, 1_000)).rejects.toMatchObject({ code: 'lease-held' })
    },
  )
})

test('a history page starts and ends where it was asked to', async () => {
  for (let after = 0; after < 5; after += 1) await commit({ after, entries: [note(after, { time: after })] })
  const page = async (query: { limit?: number; before?: number }) =>
    (await collect(checkpointer.history('t', query))).map(({ sequence, time }) => [sequence, time])
  expect(await page({ limit: 2 })).toEqual([
    [5, 4],
    [4, 3],
  ])
  expect(await page({ limit: 1, before: 3 })).toEqual([[2, 1]])
  expect(await page({ before: 1 })).toEqual([])
  expect(await page({ limit: 0 })).toEqual([])
})

test('signals that nobody can decode later are refused when they are sent', async () => {
  await expect(
    checkpointer.signal([signal('good'), signal('bad', { data: () => 1 })], 'process'),
  ).rejects.toMatchObject({ code: 'value-not-storable' })
  expect(await checkpointer.pending('t')).toEqual([])
})
