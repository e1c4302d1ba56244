import { type Checkpointer, type Entry, KeepupError, type NewEntry } from '@keepup/core'
import { beforeEach, describe, expect, test } from 'vitest'

import {
  createReplayCursor,
  memoryCheckpointer,
  openThread,
  readState,
  replayCheckpointer,
  type ReplayOptions,
} from '../src/index.ts'
import { collect } from './parts/collect.ts'
import { note, rewound, stranger } from './parts/entry.ts'
import { notesFold } from './parts/notes-fold.ts'

let original: Checkpointer
const program: readonly NewEntry[] = [
  note('a'),
  note({ b: [new Date(1), 2n] }, { cause: 's-1' }),
  note('c', { cause: 's-1' }),
  note('d', { cause: 's-2', until: 9 }),
  note('e', { cause: 1 }),
  rewound(2),
  note('f'),
]
const fold = { ...notesFold, apply: (state: readonly string[], entry: Entry) => [...state, entry.type] }

beforeEach(async () => {
  original = memoryCheckpointer()
  await emit(original, 't', program)
})

async function emit(checkpointer: Checkpointer, thread: string, entries: readonly NewEntry[]) {
  await using open = await openThread({ checkpointer, thread, fold, owner: stranger('a'), ttl: Infinity })
  for (const entry of entries) await open.append([entry])
  return open
}

const recordOf = (thread: string): Promise<Entry[]> => collect(original.log(thread))
const replayOf = async (thread: string, options: ReplayOptions = {}) =>
  replayCheckpointer(await recordOf(thread), options)

describe('a replay', () => {
  test('accepts the same entries, and gives the recorded ones back', async () => {
    const replay = await replayOf('t')
    const again = await emit(replay, 't', program)
    expect(await collect(replay.log('t'))).toEqual(await recordOf('t'))
    expect(await replay.read('t')).toEqual(await original.read('t'))
    expect(again.state).toEqual((await readState(original, 't', fold)).state)
    await replay.cursor.finished
  })

  test('reads at every position as the original does', async () => {
    const replay = await replayOf('t')
    await emit(replay, 't', program)
    for (let at = 0; at <= program.length; at += 1) {
      expect(await replay.read('t', { at })).toEqual({ ...(await original.read('t', { at })) })
    }
    expect(await replay.read('other')).toEqual(await original.read('other'))
  })

  const different: readonly (readonly [string, number, NewEntry, string])[] = [
    ['other data', 1, note({ b: [new Date(1), 3n] }, { cause: 's-1' }), '/data/b/1'],
    ['another type', 0, note('a', { type: 'note-kept' }), 'note-kept came'],
    ['another time', 4, note('e', { cause: 1, time: 1_001 }), '/time'],
    ['another cause', 4, note('e', { cause: 2 }), '/cause'],
    ['a header field less', 3, note('d', { cause: 's-2' }), '/until'],
    ['another target', 5, rewound(1), '/data/to'],
  ]
  test.each(different)('refuses %s', async (_, index, entry, place) => {
    const replay = await replayOf('t')
    const error = await emit(replay, 't', program.toSpliced(index, 1, entry)).catch(
      (caught: unknown) => caught,
    )
    expect(KeepupError.is(error, 'replay-diverged')).toBe(true)
    expect(error).toMatchObject({ details: { thread: 't', sequence: index + 1, actual: entry } })
    expect(String(error)).toContain(place)
    expect(replay.cursor.position).toBe(index)
  })

  test('refuses the same keys in another order, as the bytes differ', async () => {
    const two = memoryCheckpointer()
    await emit(two, 't', [note({ a: 1, b: 2 })])
    const replay = replayCheckpointer(await collect(two.log('t')))
    await expect(emit(replay, 't', [note({ b: 2, a: 1 })])).rejects.toThrow(/order of keys/)
  })

  test('refuses more than was recorded, and a wrong place', async () => {
    const replay = await replayOf('t')
    await expect(emit(replay, 't', [...program, note('g')])).rejects.toThrow(/nothing more was recorded/)
    const append = { thread: 't', after: 1, lease: 1, entries: [note('a')] }
    await expect(replay.commit({ appends: [append], flush: 'process' })).rejects.toMatchObject({
      code: 'checkpoint-conflict',
    })
  })

  test('serves exactly the signals that the next entries were caused by', async () => {
    const signalOf = (entry: Entry) => ({
      id: String(entry.cause),
      thread: 't',
      channel: 'messages',
      type: 'message',
      time: entry.time,
      by: 'user',
      data: entry.data,
    })
    const replay = await replayOf('t', { signalOf })
    const waiting = async () => (await replay.pending('t')).map(({ id }) => id)
    await using open = await openThread({ checkpointer: replay, thread: 't', fold, ttl: Infinity })
    expect(await waiting()).toEqual([])
    await open.append(program.slice(0, 1))
    expect(await waiting()).toEqual(['s-1', 's-2'])
    await open.append(program.slice(1, 3), { takes: ['s-1'] })
    expect(await waiting()).toEqual(['s-2'])
    await open.append(program.slice(3, 4), { takes: ['s-2'] })
    expect(await waiting()).toEqual([])
  })

  test('takes the lease token from the record, and forgets what goes elsewhere', async () => {
    const token = (upcoming: readonly Entry[]): number => 100 + upcoming.length
    const replay = await replayOf('t', { token })
    const lease = await replay.lease('t', stranger('a'), 1_000)
    expect(lease.token).toBe(107)
    await lease.renew(5)
    const elsewhere = { thread: 'child', after: 3, lease: 1, entries: [note('x')] }
    const made = await replay.commit({ appends: [elsewhere], flush: 'process' })
    expect(made).toMatchObject([{ thread: 'child', sequence: 4, entries: [] }])
    const signal = { id: 's', thread: 'x', channel: 'control', type: 'stop', time: 1, by: 'user', data: 1 }
    expect(await replay.signal([signal], 'process')).toEqual(['accepted'])
    expect((await collect(replay.log('child'))).length).toBe(0)
  })

  test('of a fork begins after what it inherited', async () => {
    await original.fork({ thread: 't', at: 3 }, 'fork')
    const own = [note('own'), rewound(2), note('later')]
    await emit(original, 'fork', own)
    const replay = await replayOf('fork', { past: await original.read('fork', { at: 3 }) })
    await emit(replay, 'fork', own)
    expect(await replay.read('fork')).toEqual(await original.read('fork'))
    expect(await replay.read('fork', { at: 4 })).toEqual(await original.read('fork', { at: 4 }))
  })

  test('of a pruned thread begins after its base', async () => {
    const { token } = await original.lease('t', stranger('a'), 1_000)
    const pruned = { id: fold.id, version: fold.version }
    await original.prune({ thread: 't', lease: token, through: 6, fold: pruned, state: ['base'], time: 1 })
    const replay = await replayOf('t')
    expect(replay.cursor.position).toBe(1)
    const again = await emit(replay, 't', program.slice(6))
    expect(again.state).toEqual(['base', 'note-taken'])
    expect(await replay.read('t')).toEqual(await original.read('t'))
  })

  test('has no use for the rest, and refuses erased records', async () => {
    const replay = await replayOf('t')
    const refused = [
      () => replay.fork({ thread: 't', at: 1 }, 'u'),
      () => replay.erase({ thread: 't', forks: 'refuse' }),
      async () => collect(replay.history('t')),
      async () => collect(replay.threads()),
    ]
    for (const attempt of refused) await expect(attempt()).rejects.toMatchObject({ code: 'not-supported' })
    await original.erase({ thread: 't', entries: [2], forks: 'refuse' })
    await expect(replayOf('t')).rejects.toThrow(/entry 2 was erased/)
  })
})

describe('a cursor', () => {
  test('lets things end in the recorded order, whatever order they began in', async () => {
    const cursor = createReplayCursor(await recordOf('t'))
    const ended: string[] = []
    const wait = async (data: string): Promise<void> => {
      const entry = await cursor.waitFor((next) => next.data === data)
      ended.push(String(entry.data))
    }
    const waiting = [wait('f'), wait('c'), wait('a'), wait('d')]
    for (let step = 0; step < program.length; step += 1) {
      // What was woken goes on before the next entry comes.
      await new Promise(setImmediate)
      cursor.advance()
    }
    await Promise.all(waiting)
    expect(ended).toEqual(['a', 'c', 'd', 'f'])
    expect(cursor.next()).toBeUndefined()
    await cursor.finished
  })

  test('wakes every one that waits for the same entry, and none too early', async () => {
    const cursor = createReplayCursor(await recordOf('t'))
    let woken = 0
    const wait = () => cursor.waitFor(({ sequence }) => sequence === 3).then(() => (woken += 1))
    const both = [wait(), wait()]
    cursor.advance()
    await new Promise(setImmediate)
    expect(woken).toBe(0)
    cursor.advance()
    await Promise.all(both)
    expect(woken).toBe(2)
    expect([...cursor.upcoming()].map(({ sequence }) => sequence)).toEqual([3, 4, 5, 6, 7])
    cursor.advance(99)
    expect(cursor.position).toBe(7)
  })

  test('over nothing is finished at once', async () => {
    await expect(createReplayCursor([]).finished).resolves.toBeUndefined()
  })
})
