import { memoryCheckpointer } from '@keepup/checkpoint'
import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'

import {
  answerGraph,
  append,
  defineGraph,
  defineState,
  end,
  type Graph,
  graphState,
  type NodeContext,
  type ValuesOf,
} from '../src/index.ts'

const state = defineState({
  channels: {
    topic: { schema: z.string(), initial: '' },
    notes: { schema: z.array(z.string()), reducer: append, initial: [] },
    score: { schema: z.number(), reducer: (value, update) => Math.max(value, update), initial: 0 },
  },
})
const inner = defineState({ channels: { text: { schema: z.string(), initial: '' } } })
const innerGraph = defineGraph({ name: 'inner', state: inner })
  .node('shout', ({ text }) => ({ text: text.toUpperCase() }))
  .entry('shout')
  .edge('shout', end)
  .build()
const begun = defineGraph({ name: 'typed', state })
  .node('plan', () => ({ topic: 'a' }))
  .node('research', (_, { input }) => ({ notes: [input.topic] }), { input: z.object({ topic: z.string() }) })
  .ask('approve', {
    answer: z.object({ approved: z.boolean() }),
    question: ({ topic }) => `Publish ${topic}?`,
    update: ({ approved }) => ({ score: approved ? 1 : 0 }),
  })

test('values and inputs are inferred', () => {
  expectTypeOf<ValuesOf<typeof state>>().toEqualTypeOf<{ topic: string; notes: string[]; score: number }>()
  defineGraph({ name: 'inferred', state }).node(
    'one',
    (values, context) => {
      expectTypeOf(values).toEqualTypeOf<{ topic: string; notes: string[]; score: number }>()
      expectTypeOf(context).toEqualTypeOf<NodeContext<{ id: number }>>()
      return {}
    },
    { input: z.object({ id: z.number() }) },
  )
  const graph = begun
    .entry('plan')
    .route('plan', ['research', 'approve', end], ({ topic }) => {
      expectTypeOf(topic).toBeString()
      return topic === '' ? 'approve' : [{ node: 'research', input: { topic } }, 'approve']
    })
    .edge('research', 'approve')
    .edge('approve', end)
    .build()
  expectTypeOf(graph).toExtend<Graph<ValuesOf<typeof state>>>()
  const read = () => graphState({ graph, checkpointer: memoryCheckpointer(), thread: 't' })
  expectTypeOf<Awaited<ReturnType<typeof read>>['values']['notes']>().toEqualTypeOf<string[]>()
  expect(Object.keys(graph.nodes)).toEqual(['plan', 'research', 'approve'])
})

/** What does not compile is not run either: most of it would throw. */
test('graphs that could not run do not compile', () => {
  const checkpointer = memoryCheckpointer()
  const wrong = [
    // @ts-expect-error an edge from a node that is not there
    () => begun.edge('nowhere', 'plan'),
    // @ts-expect-error an edge to a node that is not there
    () => begun.edge('plan', 'nowhere'),
    // @ts-expect-error an update with a value of another type
    () => begun.node('wrong', () => ({ topic: 1 })),
    // @ts-expect-error an update of a channel that is not there
    () => begun.node('wrong', () => ({ tonic: 'a' })),
    // @ts-expect-error one that is there and one that is not
    () => begun.node('wrong', () => ({ topic: 'a', tonic: 'a' })),
    // @ts-expect-error the same from an async function
    () => begun.node('wrong', async () => ({ topic: 'a', tonic: 'a' })),
    // @ts-expect-error in one of two branches
    () => begun.node('wrong', ({ score }) => (score > 1 ? { topic: 'a' } : { tonic: 'a' })),
    // @ts-expect-error a target that is not declared
    () => begun.route('plan', ['approve'], () => 'plan'),
    // @ts-expect-error a declared target that is no node
    () => begun.route('plan', ['nowhere'], () => 'nowhere'),
    // @ts-expect-error a graph without an entry
    () => begun.edge('plan', end).build(),
    // @ts-expect-error two nodes of one name
    () => begun.node('plan', () => ({})),
    // @ts-expect-error a join of a branch that is not there
    () => begun.join(['plan', 'nowhere'], 'approve'),
    // @ts-expect-error something sent that the node does not take
    () => begun.route('plan', ['research'], () => [{ node: 'research', input: { topic: 1 } }]),
    // @ts-expect-error nothing sent to a node that takes something
    () => begun.edge('plan', 'research'),
    // @ts-expect-error the same as an entry
    () => begun.entry('research'),
    () =>
      begun.ask('wrong', {
        answer: z.boolean(),
        question: () => 'Well?',
        // @ts-expect-error an answer that is used as another type
        update: (answer) => ({ topic: answer }),
      }),
    () =>
      begun.graph('wrong', innerGraph, {
        // @ts-expect-error a graph within that is entered with another type
        enter: ({ score }) => ({ text: score }),
        update: ({ text }) => ({ topic: text }),
      }),
    () =>
      begun.graph('wrong', innerGraph, {
        enter: ({ topic }) => ({ text: topic }),
        // @ts-expect-error whose result is used as another type
        update: ({ text }) => ({ score: text }),
      }),
    () => {
      const graph = begun.entry('plan').build()
      // @ts-expect-error an answer of another type than the node asks for
      void answerGraph({ graph, checkpointer, thread: 't', node: 'approve', answer: { approved: 'yes' } })
    },
    () => {
      const graph = begun.entry('plan').build()
      // @ts-expect-error an answer to a node that is not there
      void answerGraph({ graph, checkpointer, thread: 't', node: 'nowhere', answer: 1 })
    },
    () =>
      defineState({
        channels: {
          // @ts-expect-error an initial value of another type
          count: { schema: z.number(), initial: 'none' },
        },
      }),
    () =>
      defineState({
        channels: {
          // @ts-expect-error a reducer that gives another type
          count: { schema: z.number(), reducer: (value, update) => `${value}${update}`, initial: 0 },
        },
      }),
  ]
  expect(wrong.every((attempt) => typeof attempt === 'function')).toBe(true)
})

test('two nodes of one name are refused at run time too', () => {
  const untyped: { node(name: string, run: () => object): unknown } = defineGraph({
    name: 'twice',
    state,
  }).node('plan', () => ({}))
  expect(() => untyped.node('plan', () => ({}))).toThrow(/two nodes named plan/)
})
