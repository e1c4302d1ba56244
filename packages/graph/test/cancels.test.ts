import { setTimeout as sleep } from 'node:timers/promises'

import { systemClock } from '@keepup/core'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

import { append, cancelGraph, defineGraph, defineState, end, runGraph } from '../src/index.ts'
import { collect, entriesOf, gate, scene } from './scene.ts'

const state = defineState({
  channels: {
    log: { schema: z.array(z.string()), reducer: append, initial: [] },
    count: { schema: z.number().int(), initial: 0 },
  },
})

describe('a run that is cancelled', () => {
  function working() {
    const { opened, open } = gate()
    const ran: string[] = []
    const graph = defineGraph({ name: 'cancelled', state })
      .node('quick', () => (ran.push('quick'), { log: ['quick'] }))
      .node('long', async (_, { signal }) => {
        ran.push('long')
        await sleep(5)
        open()
        if (ran.length < 3) await sleep(60_000, undefined, { signal })
        return { log: ['long'] }
      })
      .entry('quick', 'long')
      .edge('quick', end)
      .edge('long', end)
      .build()
    return { opened, ran, life: scene(graph) }
  }

  test.each(['an AbortSignal', 'a durable signal', 'leaving the iteration'])(
    'by %s aborts what is under way and keeps what is done',
    async (how) => {
      const { opened, ran, life } = working()
      const abort = new AbortController()
      if (how === 'leaving the iteration') {
        for await (const event of runGraph(life)) if (event.type === 'node-finished') break
      } else {
        const running = life.start({ signal: abort.signal, poll: 5 })
        await opened
        if (how === 'an AbortSignal') abort.abort(new Error('enough'))
        else await cancelGraph({ ...life, reason: 'enough' })
        await running
      }
      const { outcome, status } = await life.state()
      expect([status, outcome?.type]).toEqual(['finished', 'interrupted'])
      if (how !== 'leaving the iteration') expect(outcome).toMatchObject({ reason: 'enough' })
      await life.resume()
      expect(ran).toEqual(['quick', 'long', 'long'])
      expect((await life.state()).values.log).toEqual(['quick', 'long'])
    },
  )

  test('after the present step ends as stopped, and can be gone on with', async () => {
    const { opened, open } = gate()
    const begun = gate()
    const graph = defineGraph({ name: 'stopped', state })
      .node('one', async () => (begun.open(), await opened, { log: ['one'] }))
      .node('two', () => ({ log: ['two'] }))
      .entry('one')
      .edge('one', 'two')
      .edge('two', end)
      .build()
    const life = scene(graph)
    let looks = 0
    const clock = {
      now: () => Date.now(),
      sleep: (time: number, signal?: AbortSignal) => {
        looks += time === 2 ? 1 : 0
        return systemClock.sleep(time, signal)
      },
    }
    const running = life.start({ poll: 2, clock })
    await begun.opened
    await cancelGraph({ ...life, after: 'step' })
    // The second look from here on began after the signal was there, and the third begins after it has ended.
    const enough = looks + 3
    await vi.waitUntil(() => looks >= enough, { timeout: 60_000, interval: 1 })
    open()
    expect(entriesOf(await running)).toEqual(['graph-started', 'node-finished one', 'graph-finished'])
    expect((await life.state()).outcome?.type).toBe('stopped')
    await life.resume()
    expect((await life.state()).values.log).toEqual(['one', 'two'])
  })

  test.each(['an AbortSignal', 'a durable signal'])(
    'by %s although its nodes never wait for anything',
    async (how) => {
      const endless = defineGraph({ name: 'endless', state, steps: 10_000_000 })
        .node('spin', ({ count }) => ({ count: count + 1 }))
        .entry('spin')
        .route('spin', ['spin', end], () => 'spin')
        .build()
      const life = scene(endless)
      const own = how === 'an AbortSignal'
      const running = life.start({ poll: 2, signal: own ? AbortSignal.timeout(20) : AbortSignal.any([]) })
      if (!own) {
        while ((await life.state()).step < 1) await sleep(1)
        await cancelGraph(life)
      }
      await running
      expect((await life.state()).outcome?.type).toBe('interrupted')
    },
  )

  test('when it is over already: the cancel is declined, and does not strike the next run', async () => {
    const { life } = working()
    await life.start({ signal: AbortSignal.abort(new Error('at once')) })
    await cancelGraph(life)
    const events = await collect(runGraph({ ...life, poll: 60_000, signal: AbortSignal.timeout(100) }))
    expect(entriesOf(events)[0]).toBe('signal-declined')
    expect(entriesOf(events)[1]).toBe('graph-started')
  })
})
