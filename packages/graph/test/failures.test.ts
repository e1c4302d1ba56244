import { setTimeout as sleep } from 'node:timers/promises'

import { systemClock } from '@keepup/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { append, defineGraph, defineState, end, type GraphEvent } from '../src/index.ts'
import { scene } from './scene.ts'

const state = defineState({
  channels: {
    log: { schema: z.array(z.string()), reducer: append, initial: [] },
    count: { schema: z.number().int(), initial: 0 },
  },
})

function failuresIn(events: readonly GraphEvent[]) {
  return events.flatMap((event) => (event.type === 'node-failed' ? [event.data.failure] : []))
}

describe('a node that fails', () => {
  test('is tried again after growing delays, and its attempts are remembered over processes', async () => {
    const delays: number[] = []
    let attempts = 0
    let fails = true
    const graph = defineGraph({ name: 'retry', state })
      .node(
        'flaky',
        (_, { attempt }) => {
          attempts += 1
          if (fails) throw new Error(`attempt ${attempt}`)
          return { log: [`done at ${attempt}`] }
        },
        { retry: { attempts: 5, delay: 100, factor: 3, longest: 500, jitter: 0 } },
      )
      .entry('flaky')
      .edge('flaky', end)
      .build()
    const life = scene(graph)
    let now = 1_000
    const clock = {
      now: () => now,
      sleep: (time: number, signal?: AbortSignal) => {
        // The run's own look at signals sleeps too.
        if (time === 250) return systemClock.sleep(time, signal)
        delays.push(time)
        now += time
        if (delays.length === 3) throw new Error('killed')
        return Promise.resolve()
      },
    }
    await expect(life.start({ clock, leaseTtl: Infinity })).rejects.toThrow('killed')
    fails = false
    await life.resume({ clock, leaseTtl: Infinity })
    expect(delays).toEqual([100, 300, 500])
    expect([attempts, (await life.state()).values.log]).toEqual([4, ['done at 4']])
  })

  test('leads to its error edge, which learns why; its own update counts for nothing', async () => {
    const graph = defineGraph({ name: 'caught', state })
      .node('bad', () => {
        throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })
      })
      .node('mend', (_, { failure }) => ({
        log: [`${failure?.node} ${failure?.kind} ${failure?.code} ${failure?.message}`],
      }))
      .node('never', () => ({ log: ['never'] }))
      .entry('bad')
      .edge('bad', 'never')
      .onError('bad', 'mend')
      .edge('mend', end)
      .edge('never', end)
      .build()
    const life = scene(graph)
    await life.start()
    expect((await life.state()).values.log).toEqual(['bad thrown ENOTFOUND no such host'])
  })

  test('without one ends the run once its siblings are done; going on tries it alone', async () => {
    let fails = true
    const ran: string[] = []
    const graph = defineGraph({ name: 'siblings', state })
      .node('bad', () => {
        ran.push('bad')
        if (fails) throw new Error('bad')
        return { log: ['bad'] }
      })
      .node('good', async () => {
        await sleep(5)
        ran.push('good')
        return { log: ['good'] }
      })
      .entry('bad', 'good')
      .edge('bad', end)
      .edge('good', end)
      .build()
    const life = scene(graph)
    await life.start()
    expect(await life.state()).toMatchObject({
      status: 'finished',
      outcome: { type: 'failed', failures: [{ node: 'bad', kind: 'thrown', message: 'bad', attempt: 1 }] },
      values: { log: [] },
    })
    fails = false
    await life.resume()
    expect(ran).toEqual(['bad', 'good', 'bad'])
    expect((await life.state()).values.log).toEqual(['bad', 'good'])
  })

  test.each([
    ['of another type', { count: 'three' }, { channel: 'count', pointer: '' }],
    ['deep within', { log: ['a', 5] }, { channel: 'log', pointer: '/1' }],
    ['of a channel that is not there', { none: 1 }, { channel: 'none' }],
    ['that is no object', 'text', {}],
    ['that is a list', [1], {}],
  ])('by an update %s says where', async (_, update, place) => {
    const graph = defineGraph({ name: 'wrong', state })
      // What the types would refuse.
      .node('wrong', () => update as never)
      .entry('wrong')
      .edge('wrong', end)
      .build()
    const events = await scene(graph).start()
    expect(failuresIn(events)).toMatchObject([{ node: 'wrong', kind: 'update-invalid', ...place }])
  })

  test('by a value that cannot be stored says where, and the thread stays readable', async () => {
    const loose = defineState({ channels: { any: { schema: z.unknown(), initial: null } } })
    const graph = defineGraph({ name: 'unstorable', state: loose })
      .node('wrong', () => ({ any: { deep: [() => 1] } }))
      .entry('wrong')
      .edge('wrong', end)
      .build()
    const life = scene(graph)
    expect(failuresIn(await life.start())).toMatchObject([
      { kind: 'update-invalid', channel: 'any', pointer: '/deep/0' },
    ])
    expect((await life.state()).outcome?.type).toBe('failed')
  })

  test('by taking too long is aborted, whether it listens or not', async () => {
    const aborted: string[] = []
    const graph = defineGraph({ name: 'slow', state })
      .node(
        'listens',
        async (_, { signal }) => {
          await sleep(60_000, undefined, { signal }).catch(() => aborted.push('listens'))
          throw new Error('aborted')
        },
        { timeout: 10 },
      )
      .node('deaf', () => new Promise<object>(() => {}), { timeout: 10 })
      .entry('listens', 'deaf')
      .edge('listens', end)
      .edge('deaf', end)
      .build()
    const events = await scene(graph).start()
    expect(
      failuresIn(events)
        .map(({ node, kind }) => `${node} ${kind}`)
        .toSorted(),
    ).toEqual(['deaf timed-out', 'listens timed-out'])
    expect(aborted).toEqual(['listens'])
  })

  test('that throws nonsense fails all the same', async () => {
    for (const thrown of [undefined, null, 5, '', '\uD800', Object.create(null), { message: 1 }]) {
      const graph = defineGraph({ name: 'nonsense', state })
        .node('wrong', () => {
          throw thrown
        })
        .entry('wrong')
        .edge('wrong', end)
        .build()
      const life = scene(graph)
      await life.start()
      expect((await life.state()).outcome?.type).toBe('failed')
    }
  })
})

describe('a route at fault', () => {
  test('keeps the work of its step: going on decides anew', async () => {
    let target: 'one' | 'two' = 'two'
    let runs = 0
    const graph = defineGraph({ name: 'route', state })
      .node('work', () => ({ count: (runs += 1) }))
      .node('one', () => ({ log: ['one'] }))
      .node('two', () => ({ log: ['two'] }))
      .entry('work')
      .route('work', ['one'], () => target as 'one')
      .edge('one', end)
      .edge('two', end)
      .onError('work', 'two')
      .build()
    const life = scene(graph)
    await life.start()
    expect((await life.state()).outcome).toMatchObject({
      type: 'failed',
      failures: [{ node: 'work', message: /may choose only one/ }],
    })
    target = 'one'
    await life.resume()
    expect([runs, (await life.state()).values]).toEqual([1, { log: ['one'], count: 1 }])
  })

  test('that sends what the node does not take says so', async () => {
    const graph = defineGraph({ name: 'send', state })
      .node('work', () => ({}))
      .node('worker', (_, { input }) => ({ log: [input.id] }), { input: z.object({ id: z.string() }) })
      .entry('work')
      .route('work', ['worker'], () => [{ node: 'worker', input: { id: 5 as never } }])
      .edge('worker', end)
      .build()
    const life = scene(graph)
    await life.start()
    expect((await life.state()).outcome).toMatchObject({
      type: 'failed',
      failures: [{ code: 'input-invalid', message: /'\/id'/ }],
    })
  })
})
