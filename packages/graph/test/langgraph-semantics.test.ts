import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import {
  append,
  cancelGraph,
  defineGraph,
  defineState,
  end,
  forkGraph,
  type GraphEvent,
  graphState,
  isLiveGraphEvent,
  resumeGraph,
  sum,
} from '../src/index.ts'
import { collect, entriesOf, scene } from './scene.ts'

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

describe('unlike LangGraph', () => {
  const slow = defineGraph({ name: 'slow', state })
    .node('a', async (_, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      throw signal.reason
    })
    .entry('a')
    .edge('a', end)
    .build()

  test('a sequential step is one commit, of its update and not of the state', async () => {
    const graph = defineGraph({ name: 'small', state, steps: 500 })
      .node('a', () => ({ log: ['x'.repeat(100)], count: 1 }))
      .entry('a')
      .route('a', ['a', end], ({ count }) => (count < 100 ? 'a' : end))
      .build()
    const life = scene(graph)
    await life.start({ snapshotAfter: 0 })
    const commits = []
    for await (const { types } of life.checkpointer.history('t')) commits.push(types.join())
    expect(commits).toHaveLength(101)
    expect(new Set(commits.slice(1, -1))).toEqual(new Set(['node-finished']))
    const sizes = (await life.log())
      .filter(({ type }) => type === 'node-finished')
      .map(({ data }) => JSON.stringify(data).length)
    expect(Math.max(...sizes)).toBeLessThan(200)
  })

  test('starting twice what has a name is one run; starting over one that is not finished is refused', async () => {
    const life = scene(slow)
    await life.start({ run: 'one', signal: AbortSignal.timeout(20) })
    await life.start({ run: 'one', signal: AbortSignal.timeout(20) })
    const types = entriesOf((await life.log()) as never)
    expect(types.filter((type) => type === 'graph-started')).toHaveLength(1)
    const running = scene(
      defineGraph({ name: 'waits', state })
        .receive('a', { signal: 's', data: z.string(), update: () => ({}) })
        .entry('a')
        .edge('a', end)
        .build(),
    )
    await running.start({ run: 'one' })
    await running.start({ run: 'one' })
    await expect(running.start({ run: 'two' })).rejects.toMatchObject({ code: 'input-invalid' })
    await expect(running.start()).rejects.toThrow(/resumeGraph/)
  })

  test('a rewind is a signal to whoever runs the graph, and an entry', async () => {
    const ran: string[] = []
    const graph = defineGraph({ name: 'rewound', state })
      .node('a', () => (ran.push('a'), { log: ['a'] }))
      .node('b', async (_, { signal }) => {
        ran.push('b')
        if (ran.length < 3) {
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          throw signal.reason
        }
        return { log: ['b'] }
      })
      .entry('a')
      .edge('a', 'b')
      .edge('b', end)
      .build()
    const life = scene(graph)
    const running = life.start({ poll: 2 })
    while (ran.length < 2) await new Promise((resolve) => setTimeout(resolve, 2))
    await life.checkpointer.signal(
      [
        {
          id: 'rewind',
          thread: 't',
          channel: 'control',
          type: 'rewind',
          time: 1,
          by: 'user',
          data: { to: 1 },
        },
      ],
      'power',
    )
    const events: readonly GraphEvent[] = await running
    expect(entriesOf(events)).toEqual([
      'graph-started',
      'node-finished a',
      'thread-rewound',
      'node-finished a',
      'node-finished b',
      'graph-finished',
    ])
    expect(ran).toEqual(['a', 'b', 'a', 'b'])
    expect((await life.state()).values.log).toEqual(['a', 'b'])
  })

  test('what nobody understands on the control channel is declined, with the reason', async () => {
    const life = scene(slow)
    const running = life.start({ poll: 2 })
    while ((await life.state()).status !== 'running') await new Promise((resolve) => setTimeout(resolve, 2))
    for (const [type, data] of [
      ['rewind', { to: 99 }],
      ['rewind', null],
      ['tag', 5],
      ['dance', {}],
    ] as const) {
      await life.checkpointer.signal(
        [
          {
            id: `${type} ${JSON.stringify(data)}`,
            thread: 't',
            channel: 'control',
            type,
            time: 1,
            by: 'user',
            data,
          },
        ],
        'process',
      )
    }
    await cancelGraph({ ...life })
    const declined = (await running).flatMap((event) =>
      event.type === 'signal-declined' ? [event.data.reason] : [],
    )
    expect(declined).toHaveLength(4)
    expect((await life.state()).outcome?.type).toBe('interrupted')
  })
})
