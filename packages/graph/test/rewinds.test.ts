import { diffPositions, listCheckpoints, rewindThread, surveyThread, tagThread } from '@keepup/checkpoint'
import { expect, test } from 'vitest'
import { z } from 'zod'

import { answerGraph, append, defineGraph, defineState, end, forkGraph, graphState } from '../src/index.ts'
import { scene } from './scene.ts'

const state = defineState({
  channels: { log: { schema: z.array(z.string()), reducer: append, initial: [] } },
})

test('a node that a rewind led back to has another key each time, and the same one after a crash', async () => {
  const keys: string[] = []
  const graph = defineGraph({ name: 'rewound', state })
    .node('a', () => ({ log: ['a'] }))
    .node('b', (_, { key }) => (keys.push(key), { log: ['b'] }))
    .entry('a')
    .edge('a', 'b')
    .edge('b', end)
    .build()
  const life = scene(graph)
  await life.start()
  for (let time = 0; time < 2; time += 1) {
    await rewindThread({ checkpointer: life.checkpointer, thread: 't', to: 2 })
    await life.resume()
  }
  expect((await life.state()).values.log).toEqual(['a', 'b'])
  expect(new Set(keys).size).toBe(3)
})

test('a question that a rewind led back to is asked anew, and the old answer does not fit it', async () => {
  const graph = defineGraph({ name: 'asked', state })
    .ask('q', { answer: z.string(), question: () => 'Which?', update: (answer) => ({ log: [answer] }) })
    .node('b', () => ({ log: ['b'] }))
    .entry('q')
    .edge('q', 'b')
    .edge('b', end)
    .build()
  const life = scene(graph)
  await life.start()
  const { head } = await life.state()
  await answerGraph({ ...life, node: 'q', answer: 'one' })
  await life.resume()
  await rewindThread({ checkpointer: life.checkpointer, thread: 't', to: head })
  await life.resume()
  const again = await life.state()
  expect([again.status, again.waits.length]).toEqual(['waiting', 1])
  await answerGraph({ ...life, node: 'q', answer: 'two' })
  await life.resume()
  expect((await life.state()).values.log).toEqual(['two', 'b'])
})

test('history, difference and tags of a graph are those of any thread', async () => {
  const graph = defineGraph({ name: 'travelled', state })
    .node('a', () => ({ log: ['a'] }))
    .node('b', () => ({ log: ['b'] }))
    .entry('a')
    .edge('a', 'b')
    .edge('b', end)
    .build()
  const life = scene(graph)
  await life.start()
  const { checkpointer } = life
  await tagThread({ checkpointer, thread: 't', tag: 'first', at: 2 })
  const listed = await listCheckpoints(checkpointer, await surveyThread(checkpointer, 't'))
  expect(listed.map(({ sequence, tags }) => [sequence, ...tags])).toEqual([[1], [2, 'first'], [4], [5]])
  const diff = await diffPositions({
    checkpointer,
    fold: graph.fold,
    before: { thread: 't', at: 1 },
    after: { thread: 't', at: 3 },
    state: ({ values }) => values,
  })
  expect(diff.state).toEqual([
    { pointer: '/log/0', type: 'added', after: 'a' },
    { pointer: '/log/1', type: 'added', after: 'b' },
  ])
})

test('graphs within graphs within graphs can be forked at every position, to the same end', async () => {
  const level = (name: string, work: readonly string[]) =>
    defineGraph({ name, state })
      .node('one', async () => ({ log: [work[0] ?? ''] }))
      .node('two', ({ log }) => ({ log: [`${work[1]}${log.length}`] }))
      .entry('one', 'two')
      .edge('one', end)
      .edge('two', end)
      .build()
  const middle = defineGraph({ name: 'middle', state })
    .graph('x', level('x', ['x1', 'x2']), {
      enter: ({ log }) => ({ log }),
      update: ({ log }) => ({ log: log.slice(-2) }),
    })
    .graph('y', level('y', ['y1', 'y2']), { enter: () => ({}), update: ({ log }) => ({ log }) })
    .entry('x', 'y')
    .edge('x', end)
    .edge('y', end)
    .build()
  const graph = defineGraph({ name: 'deep', state })
    .graph('m', middle, { enter: () => ({ log: ['in'] }), update: ({ log }) => ({ log }) })
    .graph('n', middle, { enter: () => ({}), update: ({ log }) => ({ log }) })
    .node('z', ({ log }) => ({ log: [`${log.length}`] }))
    .entry('m', 'n')
    .join(['m', 'n'], 'z')
    .edge('z', end)
    .build()
  const life = scene(graph)
  await life.start()
  const { values, head } = await life.state()
  expect(values.log).toEqual(['in', 'x1', 'x21', 'y1', 'y20', 'x1', 'x20', 'y1', 'y20', '9'])
  for (let at = 1; at < head; at += 1) {
    const thread = `fork ${at}`
    await forkGraph({ ...life, from: { thread: 't', at }, to: thread })
    await life.resume({ thread })
    expect((await graphState({ ...life, thread })).values).toEqual(values)
  }
})
