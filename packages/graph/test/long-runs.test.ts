import { memoryCheckpointer } from '@keepup/checkpoint'
import { KeepupError } from '@keepup/core'
import { expect, test } from 'vitest'
import { z } from 'zod'

import { append, defineGraph, defineState, end, sum } from '../src/index.ts'
import { methodsOf } from './mortal-checkpointer.ts'
import { scene } from './scene.ts'

const state = defineState({
  channels: {
    count: { schema: z.number(), reducer: sum, initial: 0 },
    log: { schema: z.array(z.string()), reducer: append, initial: [] },
  },
})

function loop(count: number) {
  return defineGraph({ name: 'loop', state, steps: count + 1 })
    .node('step', () => ({ count: 1, log: ['x'] }))
    .entry('step')
    .route('step', ['step', end], (values) => (values.count < count ? 'step' : end))
    .build()
}

test('ten thousand steps: one commit each, and going on reads a snapshot and little more', async () => {
  const inner = memoryCheckpointer({ isOwnerDead: () => true })
  let commits = 0
  const checkpointer = {
    ...methodsOf(inner),
    commit: (batch: Parameters<typeof inner.commit>[0]) => {
      commits += 1
      if (commits > 9_000) throw new KeepupError('database-unavailable', 'dead')
      return inner.commit(batch)
    },
  }
  const graph = loop(10_000)
  await expect(scene(graph, checkpointer).start()).rejects.toThrow('dead')
  const { snapshot, entries } = await inner.read('t', { fold: graph.fold })
  expect(snapshot?.at).toBeGreaterThan(4_000)
  expect(entries.length).toBeLessThan(5_000)
  const life = scene(graph, inner)
  await life.resume()
  expect(await life.state()).toMatchObject({ status: 'finished', step: 10_000, values: { count: 10_000 } })
}, 60_000)

test('a thousand branches that end at once share commits, and join in declared order', async () => {
  const graph = defineGraph({ name: 'fan', state })
    .node('plan', () => ({}))
    .node('work', async (_, { input }) => ({ count: 1, log: [`${input}`] }), { input: z.number() })
    .entry('plan')
    .route('plan', ['work'], () =>
      Array.from({ length: 1_000 }, (_, input) => ({ node: 'work' as const, input })),
    )
    .edge('work', end)
    .build()
  const life = scene(graph)
  await life.start()
  let commits = 0
  for await (const { sequence } of life.checkpointer.history('t')) commits += Math.sign(sequence)
  expect(commits).toBeLessThan(20)
  expect((await life.state()).values).toEqual({
    count: 1_000,
    log: Array.from({ length: 1_000 }, (_, index) => `${index}`),
  })
})

test.each([1, 3])('no more than %i tasks run at once where that is asked for', async (concurrency) => {
  let running = 0
  let most = 0
  const graph = defineGraph({ name: 'few', state })
    .node('plan', () => ({}))
    .node(
      'work',
      async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        return { count: 1 }
      },
      { input: z.number() },
    )
    .entry('plan')
    .route('plan', ['work'], () =>
      Array.from({ length: 20 }, (_, input) => ({ node: 'work' as const, input })),
    )
    .edge('work', end)
    .build()
  const life = scene(graph)
  await life.start({ concurrency })
  expect([most, (await life.state()).values.count]).toEqual([concurrency, 20])
})

test('a store that is full ends the run with what it says; nothing is lost, and it goes on when there is room', async () => {
  const inner = memoryCheckpointer({ isOwnerDead: () => true })
  let isFull = false
  const checkpointer = {
    ...methodsOf(inner),
    commit: (batch: Parameters<typeof inner.commit>[0]) => {
      if (isFull) throw new KeepupError('database-full', 'No space is left. Make room, then go on.')
      return inner.commit(batch)
    },
  }
  const ran: number[] = []
  const graph = defineGraph({ name: 'full', state, steps: 20 })
    .node('step', ({ count }) => {
      ran.push(count)
      isFull = count === 5 && ran.length === 6
      return { count: 1 }
    })
    .entry('step')
    .route('step', ['step', end], ({ count }) => (count < 10 ? 'step' : end))
    .build()
  const life = scene(graph, checkpointer)
  await expect(life.start()).rejects.toMatchObject({ code: 'database-full' })
  expect((await life.state()).values.count).toBe(5)
  isFull = false
  await life.resume()
  expect((await life.state()).values.count).toBe(10)
  expect(ran).toEqual([0, 1, 2, 3, 4, 5, 5, 6, 7, 8, 9])
})

test('a large update is kept as it is, and a step after it is small', async () => {
  const large = defineState({
    channels: { text: { schema: z.string(), initial: '' }, count: { schema: z.number(), initial: 0 } },
  })
  const graph = defineGraph({ name: 'large', state: large })
    .node('a', () => ({ text: 'x'.repeat(5_000_000) }))
    .node('b', ({ text }) => ({ count: text.length }))
    .entry('a')
    .edge('a', 'b')
    .edge('b', end)
    .build()
  const life = scene(graph)
  await life.start()
  expect((await life.state()).values.count).toBe(5_000_000)
  const [, , last] = await life.log()
  expect(JSON.stringify(last?.data)).toBe('{"update":{"count":5000000},"next":[]}')
})
