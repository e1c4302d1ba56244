import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import {
  answerGraph,
  append,
  defineGraph,
  defineState,
  end,
  forkGraph,
  graphState,
  resumeGraph,
} from '../src/index.ts'
import { collect, entriesOf, scene } from './scene.ts'

const state = defineState({
  channels: { log: { schema: z.array(z.string()), reducer: append, initial: [] } },
})
const reviewState = defineState({
  channels: {
    draft: { schema: z.string(), initial: '' },
    notes: { schema: z.array(z.string()), reducer: append, initial: [] },
  },
})

const review = defineGraph({ name: 'review', state: reviewState })
  .node('read', ({ draft }) => ({ notes: [`read ${draft}`] }))
  .ask('approve', {
    answer: z.boolean(),
    question: ({ draft }) => `Is ${draft} good?`,
    update: (yes) => ({ notes: [yes ? 'good' : 'bad'] }),
  })
  .entry('read')
  .edge('read', 'approve')
  .edge('approve', end)
  .build()

const graph = defineGraph({ name: 'outer', state })
  .node('plan', () => ({}))
  .graph('review', review, {
    input: z.string(),
    enter: (_, { input }) => ({ draft: input }),
    update: ({ notes }) => ({ log: notes }),
  })
  .node('done', ({ log }) => ({ log: [`${log.length}`] }))
  .entry('plan')
  .route('plan', ['review'], () => ['one', 'two'].map((input) => ({ node: 'review' as const, input })))
  .edge('review', 'done')
  .edge('done', end)
  .build()

describe('a graph within', () => {
  test('runs in the same thread, each with a state of its own, and waits within', async () => {
    const life = scene(graph)
    const entries = entriesOf(await life.start())
    expect(entries.filter((type) => type === 'graph-entered review')).toHaveLength(2)
    expect(entries).toContain('node-finished review/read')
    const { waits, tasks } = await life.state()
    expect(waits.map(({ node, wait }) => [node, wait.question?.text])).toEqual([
      ['review/approve', 'Is one good?'],
      ['review/approve', 'Is two good?'],
    ])
    expect(tasks.map(({ inner }) => inner?.values['notes'])).toEqual([['read one'], ['read two']])
    const second = waits[1]?.wait.id ?? ''
    await answerGraph({ ...life, node: 'review/approve', answer: true, wait: second })
    await life.resume()
    expect((await life.state()).waits).toHaveLength(1)
    await answerGraph({ ...life, node: 'review/approve', answer: false })
    const last = entriesOf(await life.resume())
    // The end of the graph within, its update and what the outer graph does next: one commit for the first two.
    expect(last).toEqual([
      'node-finished review/approve',
      'node-finished review',
      'node-finished done',
      'graph-finished',
    ])
    expect((await life.state()).values.log).toEqual(['read one', 'bad', 'read two', 'good', '4'])
  })

  test('can be forked between its steps', async () => {
    const life = scene(graph)
    await life.start()
    const at = (await life.log()).find(({ scope }) => scope === 'review/read')?.sequence ?? 0
    await forkGraph({ ...life, from: { thread: 't', at }, to: 'fork' })
    const fork = { ...life, thread: 'fork' }
    await collect(resumeGraph({ graph, checkpointer: life.checkpointer, thread: 'fork' }))
    const { waits } = await graphState(fork)
    expect(waits.map(({ wait }) => wait.question?.text)).toEqual(['Is one good?', 'Is two good?'])
    for (const { wait } of waits)
      await answerGraph({ ...fork, node: 'review/approve', answer: true, wait: wait.id })
    await collect(resumeGraph({ graph, checkpointer: life.checkpointer, thread: 'fork' }))
    expect((await graphState(fork)).values.log).toHaveLength(5)
  })

  const inner = (steps: number, run: () => object) =>
    defineGraph({ name: 'inner', state: reviewState, steps })
      .node('work', run)
      .entry('work')
      .route('work', ['work', end], () => 'work')
      .build()

  test.each([
    ['comes to a bound', inner(3, () => ({})), 'limit-reached'],
    [
      'fails',
      inner(3, () => {
        throw new Error('no')
      }),
      'thrown',
    ],
  ])('that %s takes the error edge of its node', async (_, within, kind) => {
    const outer = defineGraph({ name: 'outer', state })
      .graph('within', within, { enter: () => ({}), update: () => ({ log: ['fine'] }) })
      .node('mend', (__, { failure }) => ({ log: [`${failure?.node} ${failure?.kind}`] }))
      .entry('within')
      .edge('within', end)
      .onError('within', 'mend')
      .edge('mend', end)
      .build()
    const life = scene(outer)
    await life.start()
    const node = kind === 'thrown' ? 'within/work' : 'within'
    expect(await life.state()).toMatchObject({
      outcome: { type: 'completed' },
      values: { log: [`${node} ${kind}`] },
    })
  })

  test('that fails without one fails the run; going on tries what failed anew, within', async () => {
    let runs = 0
    const within = defineGraph({ name: 'inner', state: reviewState })
      .node('first', () => ({ notes: ['first'] }))
      .node('work', () => {
        runs += 1
        if (runs === 1) throw new Error('no')
        return { notes: ['work'] }
      })
      .entry('first')
      .edge('first', 'work')
      .edge('work', end)
      .build()
    const outer = defineGraph({ name: 'outer', state })
      .graph('within', within, { enter: () => ({}), update: ({ notes }) => ({ log: notes }) })
      .entry('within')
      .edge('within', end)
      .build()
    const life = scene(outer)
    await life.start()
    expect((await life.state()).outcome).toMatchObject({
      type: 'failed',
      failures: [{ node: 'within/work' }],
    })
    await life.resume()
    expect((await life.state()).values.log).toEqual(['first', 'work'])
  })

  test.each([
    [
      'entered with what does not fit',
      { enter: () => ({ draft: 5 }) as never },
      { kind: 'input-invalid', channel: 'draft' },
    ],
    [
      'whose result cannot be made',
      {
        update: () => {
          throw new Error('no')
        },
      },
      { kind: 'thrown', message: 'no' },
    ],
  ])('%s fails', async (_, wrong, failure) => {
    const within = defineGraph({ name: 'inner', state: reviewState })
      .node('work', () => ({}))
      .entry('work')
      .edge('work', end)
      .build()
    const outer = defineGraph({ name: 'outer', state })
      .graph('within', within, { enter: () => ({}), update: () => ({}), ...wrong })
      .entry('within')
      .edge('within', end)
      .build()
    const life = scene(outer)
    await life.start()
    expect((await life.state()).outcome).toMatchObject({
      type: 'failed',
      failures: [{ node: 'within', ...failure }],
    })
  })
})
