import { setImmediate as nextTurn } from 'node:timers/promises'

import { type Fold, KeepupError, type NewSignal } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { leaseLost, openThread, readState } from '../src/index.ts'
import { note, rewound, stranger } from './parts/entry.ts'
import { notesFold } from './parts/notes-fold.ts'
import { failing, openScene } from './parts/open-scene.ts'

const signal: NewSignal = {
  id: 's-1',
  thread: 't',
  channel: 'messages',
  type: 'message',
  time: 1,
  by: 'user',
  data: 'hello',
}

describe('appending', () => {
  test('commits concurrent appends in the order of the calls, each folded when it resolves', async () => {
    const { thread, checkpointer } = await openScene()
    const heads: number[] = []
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const [entry] = await thread.append([note(index)])
        heads.push(entry?.sequence ?? 0)
        expect(thread.state).toContain(`${index + 1}:${index}`)
      }),
    )
    expect(heads).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect(thread.head).toBe(20)
    expect((await readState(checkpointer, 't', notesFold)).state).toEqual(thread.state)
  })

  test('leaves the state alone where the commit fails, and goes on with the next', async () => {
    const { thread } = await openScene()
    await thread.append([note('a')])
    const before = thread.state
    const bad = thread.append([note('b'), note(() => 1)])
    const good = thread.append([note('c')])
    await expect(bad).rejects.toMatchObject({ code: 'value-not-storable' })
    expect((await good)[0]?.sequence).toBe(2)
    expect(thread.state).toEqual([...before, '2:"c"'])
  })

  test('that nobody waits for fails in silence, and the next one goes on', async () => {
    const { thread } = await openScene()
    const unhandled: unknown[] = []
    const told = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', told)
    void thread.append([note(() => 1)])
    await nextTurn()
    process.off('unhandledRejection', told)
    expect(unhandled).toEqual([])
    await thread.append([note('a')])
    expect(thread.state).toEqual(['1:"a"'])
  })

  test('takes a foreseen state, but not where something came in between', async () => {
    const { thread } = await openScene()
    const foreseen = ['1:"a"']
    await thread.append([note('a')], { state: foreseen })
    expect(thread.state).toBe(foreseen)
    const late = [thread.append([note('b')]), thread.append([note('c')], { state: ['1:"a"', '2:"c"'] })]
    await Promise.all(late)
    expect(thread.state).toEqual(['1:"a"', '2:"b"', '3:"c"'])
    await thread.append([rewound(1)], { state: ['wrong'] })
    expect(thread.state).toEqual(['1:"a"'])
  })

  test('takes signals, sends signals and writes to other threads in the same commit', async () => {
    const { thread, checkpointer } = await openScene()
    await checkpointer.signal([signal], 'process')
    expect((await thread.pending()).map(({ id }) => id)).toEqual(['s-1'])
    const child = await checkpointer.lease('child', stranger('a'), 30_000)
    const also = [{ thread: 'child', after: 0, lease: child.token, entries: [note('born')] }]
    const signals = [{ ...signal, thread: 'parent', id: 's-2' }]
    await thread.append([note('took')], { takes: ['s-1'], also, signals, flush: 'power' })
    expect(await thread.pending()).toEqual([])
    expect((await checkpointer.read('child')).head).toBe(1)
    expect(await checkpointer.pending('parent')).toHaveLength(1)
    await expect(thread.append([note('again')], { takes: ['s-1'] })).rejects.toMatchObject({
      code: 'checkpoint-conflict',
    })
    expect(thread.head).toBe(1)
    await thread.append([note('goes on')])
  })

  test('makes a thread of the kind that was asked for', async () => {
    const { thread, checkpointer } = await openScene({ writers: 'many' })
    await thread.append([note('first')])
    await checkpointer.commit({
      appends: [{ thread: 't', after: 'head', entries: [note('from elsewhere')] }],
      flush: 'process',
    })
    await expect(thread.append([note('late')])).rejects.toMatchObject({ code: 'checkpoint-conflict' })
    await thread.append([note('knows now')])
    expect(thread.state).toEqual(['1:"first"', '2:"from elsewhere"', '3:"knows now"'])
  })

  test('folds again where a rewind changed the history', async () => {
    const { thread } = await openScene()
    await thread.append([note('a'), note('b')])
    await thread.append([rewound(1)])
    expect(thread.state).toEqual(['1:"a"'])
    expect([thread.head, thread.inherited]).toEqual([3, 1])
    await thread.append([note('c')])
    expect(thread.state).toEqual(['1:"a"', '4:"c"'])
  })

  test('reads again where it cannot know whether the commit happened', async () => {
    let late: Error | undefined
    const { thread } = await openScene({}, (checkpointer) =>
      failing(checkpointer, { afterCommit: () => late }),
    )
    await thread.append([note('a')])
    late = new KeepupError('database-unavailable', 'The connection broke')
    await expect(thread.append([note('b')])).rejects.toMatchObject({ code: 'database-unavailable' })
    late = undefined
    await thread.append([note('c')])
    expect(thread.state).toEqual(['1:"a"', '2:"b"', '3:"c"'])
  })

  test('refuses entries that the fold cannot read, and stays in step with the log', async () => {
    const { thread } = await openScene()
    const tooNew = note('x', { type: 'budget-moved', critical: true })
    await expect(thread.append([tooNew])).rejects.toMatchObject({ code: 'thread-too-new' })
    await expect(thread.append([note('y')])).rejects.toMatchObject({ code: 'thread-too-new' })
  })
})

describe('the lease', () => {
  test('held by another is told with the holder and what to do', async () => {
    const { options } = await openScene()
    const error = await openThread({ ...options, owner: stranger('b') }).catch((caught: unknown) => caught)
    expect(KeepupError.is(error, 'lease-held')).toBe(true)
    expect(error).toMatchObject({ details: { owner: stranger('a'), expires: 1_030_000 } })
    expect(String(error)).toMatch(/process 4711 on elsewhere until 1970-01-01T00:17:10.000Z.*signal/)
  })

  test('is renewed every third of its time', async () => {
    const { thread, clock, options } = await openScene()
    for (let third = 0; third < 12; third += 1) await clock.pass(10_000)
    await expect(openThread({ ...options, owner: stranger('b') })).rejects.toMatchObject({
      code: 'lease-held',
    })
    await thread.append([note('still mine')])
    expect(thread.lost.aborted).toBe(false)
  })

  test('is given back when the thread is closed, and no timer stays', async () => {
    const { thread, clock, options } = await openScene()
    const last = thread.append([note('on its way')])
    await thread[Symbol.asyncDispose]()
    expect((await last)[0]?.sequence).toBe(1)
    expect(clock.sleepers).toBe(0)
    const late = thread.append([note('too late')])
    await expect(late).rejects.toMatchObject({ code: 'lease-lost' })
    await expect(late).rejects.toThrow(/closed here/)
    const next = await openThread({ ...options, owner: stranger('b') })
    expect(next.token).toBeGreaterThan(thread.token)
    expect(next.state).toEqual(['1:"on its way"'])
  })

  test('that another owner took aborts `lost` with the reason, at the next renewal', async () => {
    const { thread, clock, checkpointer } = await openScene()
    // The same owner again: it takes over from itself, as a restarted process would.
    await checkpointer.lease('t', stranger('a'), 60_000)
    expect(thread.lost.aborted).toBe(false)
    await clock.pass(10_000)
    expect(KeepupError.is(thread.lost.reason, 'lease-lost')).toBe(true)
    await expect(thread.append([note('x')])).rejects.toMatchObject({ code: 'lease-lost' })
  })

  test('that another owner took is noticed by an append as well', async () => {
    const { thread, checkpointer } = await openScene()
    await checkpointer.lease('t', stranger('a'), 60_000)
    await expect(thread.append([note('x')])).rejects.toMatchObject({ code: 'lease-lost' })
    expect(thread.lost.aborted).toBe(true)
    expect((await checkpointer.read('t')).head).toBe(0)
  })

  test('that ran out while the process slept is taken up again where nobody took it', async () => {
    const renew = (): Error => new KeepupError('database-busy', 'not now')
    let asleep = true
    const { thread, clock } = await openScene({}, (checkpointer) =>
      failing(checkpointer, { renew: () => (asleep ? renew() : undefined) }),
    )
    await clock.pass(29_999)
    asleep = false
    await clock.pass(2)
    await thread.append([note('awake')])
    expect(thread.lost.aborted).toBe(false)
  })

  test('survives renewals that fail for a while', async () => {
    let failures = 0
    const { thread, clock } = await openScene({}, (checkpointer) =>
      failing(checkpointer, {
        renew: () => ((failures += 1) <= 3 ? new KeepupError('database-busy', 'not now') : undefined),
      }),
    )
    for (let step = 0; step < 20; step += 1) await clock.pass(2_500)
    expect(failures).toBeGreaterThan(3)
    expect(thread.lost.aborted).toBe(false)
    await thread.append([note('x')])
  })

  test('is lost where it cannot be renewed until it expired', async () => {
    const { thread, clock } = await openScene({}, (checkpointer) =>
      failing(checkpointer, { renew: () => new KeepupError('database-unavailable', 'gone') }),
    )
    for (let step = 0; step < 11; step += 1) await clock.pass(2_500)
    expect(thread.lost.aborted).toBe(false)
    for (let step = 0; step < 2; step += 1) await clock.pass(2_500)
    expect(thread.lost.reason).toMatchObject({ code: 'lease-lost', cause: { code: 'database-unavailable' } })
  })

  test("of another thread in the same commit is not this thread's", async () => {
    const { thread } = await openScene()
    const also = [{ thread: 'child', after: 0, lease: 99, entries: [note('x')] }]
    await expect(thread.append([note('y')], { also })).rejects.toMatchObject({ code: 'lease-lost' })
    expect(thread.lost.aborted).toBe(false)
    await thread.append([note('z')])
  })

  test('is given back where the thread cannot be read', async () => {
    const { thread, options } = await openScene()
    await thread.append([note('a')])
    await thread[Symbol.asyncDispose]()
    const narrow: Fold<readonly string[]> = { ...notesFold, understands: new Set() }
    const other = { ...options, fold: narrow, owner: stranger('b') }
    const reader = await openThread(other)
    await expect(reader.append([note('b', { critical: true })])).rejects.toMatchObject({
      code: 'thread-too-new',
    })
    await reader[Symbol.asyncDispose]()
    await expect(openThread(other)).rejects.toMatchObject({ code: 'thread-too-new' })
    await openThread({ ...options, owner: stranger('c') })
  })

  test('without an end is never renewed', async () => {
    const { clock, options } = await openScene()
    const before = clock.sleepers
    const thread = await openThread({ ...options, thread: 'u', ttl: Infinity })
    expect(clock.sleepers).toBe(before)
    await thread.append([note('x')])
  })

  test('errors name the token', () => {
    expect(leaseLost('t', undefined).message).toContain('without a lease')
    expect(leaseLost('t', 4).message).toContain('token 4')
  })
})
