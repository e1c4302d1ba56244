import type { Checkpointer, NewEntry } from '@keepup/core'
import { beforeEach, describe, expect, test } from 'vitest'

import { memoryCheckpointer } from '../src/index.ts'
import { collect } from './parts/collect.ts'
import { note, rewound, stranger } from './parts/entry.ts'

let checkpointer: Checkpointer
const fold = { id: 'f', version: 1 }

beforeEach(() => {
  checkpointer = memoryCheckpointer()
})

async function write(thread: string, ...entries: NewEntry[]): Promise<number> {
  const { token } = await checkpointer.lease(thread, stranger('a'), 30_000)
  const { head } = await checkpointer.read(thread)
  await checkpointer.commit({ appends: [{ thread, after: head, lease: token, entries }], flush: 'process' })
  return token
}

const prune = (thread: string, lease: number, through: number) =>
  checkpointer.prune({ thread, lease, through, fold, state: 'base', time: 1 })

const dataOf = async (thread: string, at?: number) =>
  (await checkpointer.read(thread, at === undefined ? {} : { at })).entries.map(({ data }) => data)

const base = expect.objectContaining({ state: 'base' })

describe('pruning', () => {
  test('is refused where a later rewind goes back to before it, and works through that rewind', async () => {
    const token = await write('t', note(1), note(2), note(3), rewound(1), note(5))
    await expect(prune('t', token, 2)).rejects.toMatchObject({ code: 'checkpoint-unknown' })
    await expect(prune('t', token, 2)).rejects.toThrow(/through 4 or later/)
    await prune('t', token, 4)
    expect(await dataOf('t')).toEqual([base, 5])
    expect((await checkpointer.read('t')).inherited).toBe(0)
  })

  test('through the target of a later rewind keeps the rewind', async () => {
    const token = await write('t', note(1), note(2), note(3), rewound(1), note(5))
    await prune('t', token, 1)
    expect(await dataOf('t')).toEqual([base, { to: 1 }, 5])
    expect(await dataOf('t', 3)).toEqual([base, 2, 3])
  })

  test('is refused where a rewind in a fork goes back to before it', async () => {
    const token = await write('t', note(1), note(2), note(3))
    await checkpointer.fork({ thread: 't', at: 3 }, 'fork')
    await checkpointer.fork({ thread: 'fork', at: 3 }, 'second')
    await write('second', rewound(1))
    await expect(prune('t', token, 2)).rejects.toMatchObject({ code: 'thread-has-forks' })
    expect(await dataOf('second')).toEqual([1, { to: 1 }])
    await prune('t', token, 1)
    expect(await dataOf('second')).toEqual([base, { to: 1 }])
  })

  test('a fork makes it independent of its origin', async () => {
    await write('t', note(1), note(2))
    await checkpointer.fork({ thread: 't', at: 2 }, 'fork')
    const token = await write('fork', note('f'), note('g'))
    await expect(prune('fork', token, 2)).rejects.toThrow(/begin at 3/)
    await prune('fork', token, 3)
    await checkpointer.erase({ thread: 't', forks: 'refuse' })
    expect(await dataOf('fork')).toEqual([base, 'g'])
    expect((await checkpointer.read('fork')).origin).toBeUndefined()
    await expect(checkpointer.read('fork', { at: 2 })).rejects.toMatchObject({ code: 'checkpoint-unknown' })
  })

  test('keeps later snapshots, commits and the log after it', async () => {
    const token = await write('t', note(1), note(2))
    await write('t', note(3))
    const held = await write('t', note(4), note(5))
    for (const at of [2, 3, 5]) await checkpointer.snapshot('t', { fold, at, bytes: new Uint8Array([at]) })
    await expect(prune('t', token, 3)).rejects.toMatchObject({ code: 'lease-lost' })
    expect(await prune('t', held, 3)).toMatchObject({ entries: 3, snapshots: 1 })
    expect((await checkpointer.read('t', { at: 4, fold })).snapshot?.at).toBe(3)
    expect((await collect(checkpointer.log('t', 1))).map(({ sequence }) => sequence)).toEqual([3, 4, 5])
    const commits = await collect(checkpointer.history('t'))
    expect(commits.map(({ sequence, types }) => [sequence, types.length])).toEqual([
      [5, 2],
      [3, 1],
    ])
  })

  test('writes the only entries of its type', async () => {
    const forged = note({ fold, state: 'forged', replaced: 'a'.repeat(64) }, { type: 'thread-pruned' })
    await expect(write('t', forged)).rejects.toMatchObject({ code: 'entry-invalid' })
  })
})

describe('erasing', () => {
  test('entries of a shared past needs cascade, and reaches the snapshots of every fork', async () => {
    await write('t', note(1), note('secret'), note(3))
    await checkpointer.fork({ thread: 't', at: 3 }, 'fork')
    await write('fork', note('f'))
    await checkpointer.fork({ thread: 't', at: 1 }, 'early')
    await write('early', note('e'))
    for (const [thread, at] of [
      ['t', 1],
      ['t', 3],
      ['fork', 4],
      ['early', 2],
    ] as const) {
      await checkpointer.snapshot(thread, { fold, at, bytes: new Uint8Array([at]) })
    }
    await expect(checkpointer.erase({ thread: 't', entries: [2], forks: 'refuse' })).rejects.toMatchObject({
      code: 'thread-has-forks',
      details: { forks: ['fork'] },
    })
    const receipt = await checkpointer.erase({ thread: 't', entries: [2], forks: 'cascade' })
    expect(receipt).toMatchObject({ threads: ['t', 'fork'], entries: 1, snapshots: 2 })
    expect(await dataOf('fork')).toEqual([1, undefined, 3, 'f'])
    expect((await checkpointer.read('early', { fold })).snapshot?.at).toBe(2)
    expect((await checkpointer.read('fork', { fold })).snapshot?.at).toBe(1)
  })

  test('an inherited entry is refused with its owner, and one that is not there as unknown', async () => {
    await write('t', note(1))
    await checkpointer.fork({ thread: 't', at: 1 }, 'fork')
    await write('fork', note(2))
    const erase = (thread: string, sequence: number) =>
      checkpointer.erase({ thread, entries: [sequence], forks: 'cascade' })
    await expect(erase('fork', 1)).rejects.toThrow(/belongs to thread t/)
    await expect(erase('fork', 3)).rejects.toMatchObject({ code: 'checkpoint-unknown' })
    await expect(erase('none', 1)).rejects.toMatchObject({ code: 'thread-unknown' })
    await expect(checkpointer.erase({ thread: 'none', forks: 'refuse' })).rejects.toMatchObject({
      code: 'thread-unknown',
    })
  })

  test('a rewind keeps what it hid hidden', async () => {
    await write('t', note(1), note(2), rewound(1))
    await checkpointer.erase({ thread: 't', entries: [3], forks: 'refuse' })
    expect(await dataOf('t')).toEqual([1, undefined])
  })

  test('the base of a pruned thread is refused', async () => {
    const token = await write('t', note(1), note(2))
    await prune('t', token, 1)
    await expect(checkpointer.erase({ thread: 't', entries: [1], forks: 'refuse' })).rejects.toThrow(
      /base that pruning left/,
    )
    expect(await dataOf('t')).toEqual([base, 2])
  })

  test('a thread takes the lease away from whoever runs it, and tokens go on growing', async () => {
    const token = await write('t', note(1))
    await checkpointer.erase({ thread: 't', forks: 'refuse' })
    const append = { thread: 't', after: 0, lease: token, entries: [note('x')] }
    await expect(checkpointer.commit({ appends: [append], flush: 'process' })).rejects.toMatchObject({
      code: 'lease-lost',
    })
    expect(await write('t', note('anew'))).toBe(token + 1)
    expect(await dataOf('t')).toEqual(['anew'])
  })

  test('a thread that exists only as signals works', async () => {
    const signal = { id: 's', thread: 'u', channel: 'control', type: 'stop', time: 1, by: 'user', data: null }
    await checkpointer.signal([signal], 'process')
    expect(await checkpointer.erase({ thread: 'u', forks: 'refuse' })).toMatchObject({
      signals: 1,
      entries: 0,
    })
    expect(await checkpointer.pending('u')).toEqual([])
  })
})

test('a closed checkpointer says so', async () => {
  await checkpointer[Symbol.asyncDispose]()
  await expect(checkpointer.read('t')).rejects.toMatchObject({ code: 'database-unavailable' })
  await expect(write('t', note(1))).rejects.toMatchObject({ code: 'database-unavailable' })
})
