import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import {
  append,
  defineGraph,
  defineState,
  end,
  forkGraph,
  graphState,
  isLiveGraphEvent,
  resumeGraph,
  sum,
} from '../src/index.ts'
import { collect, scene } from './scene.ts'

const state = defineState({
  channels: {
    log: { schema: z.array(z.string()), reducer: append, initial: [] },
    count: { schema: z.number(), reducer: sum, initial: 0 },
    last: { schema: z.string(), initial: '' },
  },
})

/** A node that notes its name and what it saw. */
const note = (name: string) => (values: { readonly log: readonly string[] }) => ({
  log: [`${name}${values.log.length}`],
  last: name,
})

// What LangGraph documents of its graphs, and what is the same here. What differs is in the README, with the reason.
describe('as in LangGraph', () => {
  test('tasks of one super-step do not see each other; the next one sees both', async () => {
    const graph = defineGraph({ name: 'steps', state })
      .node('a', note('a'))
      .node('b', note('b'))
      .node('c', note('c'))
      .node('d', note('d'))
      .entry('a')
      .edge('a', 'b')
      .edge('a', 'c')
      .edge('b', 'd')
      .edge('c', 'd')
      .edge('d', end)
      .build()
    const life = scene(graph)
    await life.start()
    const { values, step } = await life.state()
    // d is reached twice and runs once; where reducers leave a choice, the declared order decides.
    expect(values).toEqual({ log: ['a0', 'b1', 'c1', 'd3'], count: 0, last: 'd' })
    expect(step).toBe(3)
  })

  test('branches of different length trigger a common node twice, a join or a deferred node once', async () => {
    const base = defineGraph({ name: 'lengths', state })
      .node('a', note('a'))
      .node('short', note('short'))
      .node('long1', note('long1'))
      .node('long2', note('long2'))
    const plain = base
      .node('z', note('z'))
      .entry('a')
      .edge('a', 'short')
      .edge('a', 'long1')
      .edge('long1', 'long2')
      .edge('short', 'z')
      .edge('long2', 'z')
      .edge('z', end)
      .build()
    const joined = base
      .node('z', note('z'))
      .entry('a')
      .edge('a', 'short')
      .edge('a', 'long1')
      .edge('long1', 'long2')
      .join(['short', 'long2'], 'z')
      .edge('z', end)
      .build()
    const deferred = base
      .node('z', note('z'), { defer: true })
      .entry('a')
      .edge('a', 'short')
      .edge('a', 'long1')
      .edge('long1', 'long2')
      .edge('short', 'z')
      .edge('long2', 'z')
      .edge('z', end)
      .build()
    const logs = []
    for (const graph of [plain, joined, deferred]) {
      const life = scene(graph)
      await life.start()
      logs.push((await life.state()).values.log)
    }
    expect(logs).toEqual([
      ['a0', 'short1', 'long11', 'z3', 'long23', 'z5'],
      ['a0', 'short1', 'long11', 'long23', 'z4'],
      ['a0', 'short1', 'long11', 'long23', 'z4'],
    ])
  })

  test('Send: a task for each item, each with its own input, joined by the reducers', async () => {
    const graph = defineGraph({ name: 'send', state })
      .node('plan', () => ({}))
      .node('joke', (_, { input }) => ({ log: [input.subject], count: 1 }), {
        input: z.object({ subject: z.string() }),
      })
      .node('best', note('best'))
      .entry('plan')
      .route('plan', ['joke', end], () =>
        ['cats', 'dogs', 'cats'].map((subject) => ({ node: 'joke' as const, input: { subject } })),
      )
      .edge('joke', 'best')
      .edge('best', end)
      .build()
    const life = scene(graph)
    await life.start()
    expect((await life.state()).values).toEqual({
      log: ['cats', 'dogs', 'cats', 'best3'],
      count: 3,
      last: 'best',
    })
  })

  test('Command: a route may decide by the very update of the node, and take more than one way', async () => {
    const graph = defineGraph({ name: 'command', state })
      .node('a', () => ({ last: 'b' }))
      .node('b', note('b'))
      .node('c', note('c'))
      .entry('a')
      .route('a', ['b', 'c'], (_, update) => (update.last === 'b' ? ['b', 'c'] : []))
      .edge('b', end)
      .edge('c', end)
      .build()
    const life = scene(graph)
    await life.start()
    expect((await life.state()).values.log).toEqual(['b0', 'c0'])
  })

  test('the recursion limit ends a run that does not end; it can be gone on with', async () => {
    const graph = defineGraph({ name: 'limit', state, steps: 5 })
      .node('a', () => ({ count: 1 }))
      .entry('a')
      .route('a', ['a', end], ({ count }) => (count < 7 ? 'a' : end))
      .build()
    const life = scene(graph)
    await life.start()
    expect(await life.state()).toMatchObject({
      outcome: { type: 'limit-reached', limit: 'steps', node: 'a' },
      values: { count: 5 },
    })
    await life.resume()
    expect(await life.state()).toMatchObject({ outcome: { type: 'completed' }, values: { count: 7 } })
  })

  test('a bound of one node gives way to another, or ends the run', async () => {
    const base = defineGraph({ name: 'visits', state })
      .node('give-up', note('give-up'))
      .node('write', () => ({ count: 1 }))
    const graph = base
      .node('review', note('review'), { visits: 3, otherwise: 'give-up' })
      .entry('write')
      .edge('write', 'review')
      .edge('review', 'write')
      .edge('give-up', end)
      .build()
    const life = scene(graph)
    await life.start()
    expect((await life.state()).values).toMatchObject({ count: 4, last: 'give-up' })
    const bare = defineGraph({ name: 'bare', state })
      .node('a', () => ({ count: 1 }), { visits: 3 })
      .entry('a')
      .route('a', ['a', end], () => 'a')
      .build()
    const other = scene(bare)
    await other.start()
    expect(await other.state()).toMatchObject({
      outcome: { type: 'limit-reached', limit: 'visits', node: 'a' },
      values: { count: 3 },
    })
  })

  test('streaming: values after each step, updates as they come, and what a node shows', async () => {
    const graph = defineGraph({ name: 'stream', state })
      .node('a', (_, { emit }) => {
        emit({ progress: 50 })
        return { count: 1 }
      })
      .node('b', () => ({ count: 2 }))
      .entry('a')
      .edge('a', 'b')
      .edge('b', end)
      .build()
    const events = await scene(graph).start()
    const live = events.filter(isLiveGraphEvent)
    expect(live.flatMap((event) => (event.type === 'state-changed' ? [event.values['count']] : []))).toEqual([
      1, 3,
    ])
    expect(events.flatMap((event) => (event.type === 'node-finished' ? [event.data.update] : []))).toEqual([
      { count: 1 },
      { count: 2 },
    ])
    expect(live.flatMap((event) => (event.type === 'node-streamed' ? [event.data] : []))).toEqual([
      { progress: 50 },
    ])
  })

  test('time travel: every step can be read, forked and edited; what was forked stays', async () => {
    const graph = defineGraph({ name: 'travel', state, steps: 9 })
      .node('a', note('a'))
      .node('b', note('b'))
      .entry('a')
      .edge('a', 'b')
      .edge('b', end)
      .build()
    const life = scene(graph)
    await life.start()
    const finished = (await life.log()).find(({ scope }) => scope === 'a')?.sequence ?? 0
    const at = await life.state(finished)
    expect([at.values.log, at.tasks.map(({ node }) => node)]).toEqual([['a0'], ['b']])
    const fork = { ...life, thread: 'fork' }
    await forkGraph({ ...life, from: { thread: 't', at: finished }, to: 'fork', update: { log: ['edited'] } })
    await collect(resumeGraph({ graph, checkpointer: life.checkpointer, thread: 'fork' }))
    expect((await graphState(fork)).values.log).toEqual(['a0', 'edited', 'b2'])
    // As another node, in LangGraph's words: the fork goes on where it is told to.
    await forkGraph({ ...life, from: { thread: 't', at: finished }, to: 'again', update: {}, next: ['a'] })
    await collect(resumeGraph({ graph, checkpointer: life.checkpointer, thread: 'again' }))
    expect((await graphState({ ...life, thread: 'again' })).values.log).toEqual(['a0', 'a1', 'b2'])
    expect((await life.state()).values.log).toEqual(['a0', 'b1'])
    await expect(
      forkGraph({
        ...life,
        from: { thread: 't', at: finished },
        to: 'wrong',
        update: { count: 'x' as never },
      }),
    ).rejects.toMatchObject({ code: 'input-invalid' })
    await expect(graphState({ ...life, thread: 'wrong' })).resolves.toMatchObject({ status: 'empty' })
  })

  test('a thread goes on with its state when it is run again', async () => {
    const graph = defineGraph({ name: 'again', state }).node('a', note('a')).entry('a').edge('a', end).build()
    const life = scene(graph)
    await life.start({ input: { log: ['hello'] } })
    await life.start({ input: { log: ['more'] } })
    expect((await life.state()).values.log).toEqual(['hello', 'a1', 'more', 'a3'])
  })
})
