import { beforeEach, describe, expect, test } from 'vitest'

import {
  diffStates,
  forkThread,
  memoryCheckpointer,
  openThread,
  readState,
  rewindThread,
} from '../src/index.ts'
import { collect } from './parts/collect.ts'
import { note, stranger } from './parts/entry.ts'
import { notesFold } from './parts/notes-fold.ts'

let checkpointer = memoryCheckpointer()

beforeEach(async () => {
  checkpointer = memoryCheckpointer()
  await using thread = await open('t')
  await thread.append([note('a'), note('b'), note('c')])
})

function open(thread: string) {
  return openThread({ checkpointer, thread, fold: notesFold, owner: stranger('a') })
}

const stateOf = async (thread: string) => (await readState(checkpointer, thread, notesFold)).state

describe('rewinding', () => {
  test('hides what came after, and can be rewound itself', async () => {
    const { sequence } = await rewindThread({ checkpointer, thread: 't', to: 1 })
    expect(sequence).toBe(4)
    expect(await stateOf('t')).toEqual(['1:"a"'])
    await rewindThread({ checkpointer, thread: 't', to: 3, by: 'operator' })
    expect(await stateOf('t')).toEqual(['1:"a"', '2:"b"', '3:"c"'])
    expect((await collect(checkpointer.log('t'))).map(({ by }) => by).slice(3)).toEqual(['user', 'operator'])
  })

  test('gives its lease back', async () => {
    await rewindThread({ checkpointer, thread: 't', to: 0 })
    await using thread = await open('t')
    expect(thread.state).toEqual([])
  })

  test('refuses a running thread, a thread that is not there, and a position that is not there', async () => {
    await expect(rewindThread({ checkpointer, thread: 'none', to: 0 })).rejects.toMatchObject({
      code: 'thread-unknown',
    })
    for (const to of [4, -1]) {
      await expect(rewindThread({ checkpointer, thread: 't', to })).rejects.toMatchObject({
        code: 'checkpoint-unknown',
      })
    }
    await using running = await open('t')
    await expect(rewindThread({ checkpointer, thread: 't', to: 1 })).rejects.toMatchObject({
      code: 'lease-held',
    })
    expect((await checkpointer.read('t')).head).toBe(running.head)
  })
})

describe('forking', () => {
  test('takes the head where no position is named', async () => {
    expect(await forkThread(checkpointer, { thread: 't' }, 'all')).toEqual({ thread: 't', at: 3 })
    expect(await forkThread(checkpointer, { thread: 't', at: 1 }, 'some')).toEqual({ thread: 't', at: 1 })
    expect(await stateOf('all')).toEqual(['1:"a"', '2:"b"', '3:"c"'])
    expect(await stateOf('some')).toEqual(['1:"a"'])
  })

  test('keeps the two apart', async () => {
    await forkThread(checkpointer, { thread: 't', at: 2 }, 'fork')
    await using fork = await open('fork')
    await using thread = await open('t')
    await fork.append([note('f')])
    await thread.append([note('d')])
    expect(fork.state).toEqual(['1:"a"', '2:"b"', '3:"f"'])
    expect(fork.inherited).toBe(2)
    expect(thread.state).toEqual(['1:"a"', '2:"b"', '3:"c"', '4:"d"'])
  })
})

describe('the difference between two states', () => {
  test('names what was added, removed and changed', () => {
    const before = { same: [1, { deep: true }], gone: 1, list: ['a', 'b'], 'a/b~c': 1, when: new Date(1) }
    const after = {
      same: [1, { deep: true }],
      list: ['a', 'x', 'c'],
      'a/b~c': 2,
      fresh: null,
      when: new Date(2),
    }
    expect(diffStates(before, after)).toEqual([
      { pointer: '/gone', type: 'removed', before: 1 },
      { pointer: '/list/1', type: 'changed', before: 'b', after: 'x' },
      { pointer: '/list/2', type: 'added', after: 'c' },
      { pointer: '/a~1b~0c', type: 'changed', before: 1, after: 2 },
      { pointer: '/when', type: 'changed', before: before.when, after: after.when },
      { pointer: '/fresh', type: 'added', after: null },
    ])
  })

  test('looks into maps by key, and into whatever can be iterated by index', () => {
    const messages = {
      *[Symbol.iterator]() {
        yield 'one'
        yield 'two'
      },
    }
    expect(diffStates(new Map([['k', { n: 1 }]]), new Map([['k', { n: 2 }]]))).toEqual([
      { pointer: '/k/n', type: 'changed', before: 1, after: 2 },
    ])
    expect(diffStates(['one'], messages)).toEqual([{ pointer: '/1', type: 'added', after: 'two' }])
    expect(diffStates(new Set([1]), new Set([1]))).toEqual([])
  })

  test('is a change as a whole where the kinds differ', () => {
    for (const [before, after] of [
      [[], {}],
      [{}, null],
      [1, '1'],
      [new Uint8Array([1]), new Uint8Array([2])],
      [0, -0],
    ]) {
      expect(diffStates(before, after)).toEqual([{ pointer: '', type: 'changed', before, after }])
    }
  })

  test('is empty between equal states, and does not look into what they share', () => {
    const shared = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('looked into it')
        },
      },
    )
    expect(diffStates({ shared, at: new Date(0) }, { shared, at: new Date(0) })).toEqual([])
    expect(diffStates(Number.NaN, Number.NaN)).toEqual([])
  })
})
