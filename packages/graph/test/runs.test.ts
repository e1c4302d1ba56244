import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { append, cancelGraph, defineGraph, defineState, end, type GraphEvent, sum } from '../src/index.ts'
import { entriesOf, scene } from './scene.ts'

const state = defineState({
  channels: {
    log: { schema: z.array(z.string()), reducer: append, initial: [] },
    count: { schema: z.number(), reducer: sum, initial: 0 },
    last: { schema: z.string(), initial: '' },
  },
})

describe('a run', () => {
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

  test('in which a join is waited for in vain says so', async () => {
    const graph = defineGraph({ name: 'vain', state })
      .node('a', () => ({}))
      .node('b', () => {
        throw new Error('no')
      })
      .node('both', () => ({ log: ['both'] }))
      .node('mend', () => ({ log: ['mended'] }))
      .entry('a', 'b')
      .join(['a', 'b'], 'both')
      .onError('b', 'mend')
      .edge('mend', end)
      .edge('both', end)
      .build()
    const life = scene(graph)
    await life.start()
    expect(await life.state()).toMatchObject({
      outcome: { type: 'completed', unjoined: ['both'] },
      values: { log: ['mended'] },
    })
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
