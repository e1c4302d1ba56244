import { memoryCheckpointer } from '@keepup/checkpoint'
import { expect, test } from 'vitest'
import { z } from 'zod'

import { append, defineGraph, defineState, end, graphState, runGraph, sum } from '../src/index.ts'

const state = defineState({
  channels: {
    topics: { schema: z.array(z.string()), initial: [] },
    notes: { schema: z.array(z.string()), reducer: append, initial: [] },
    count: { schema: z.number(), reducer: sum, initial: 0 },
  },
})

test('a plan, research in parallel, and a join in declared order', async () => {
  const graph = defineGraph({ name: 'research', state })
    .node('plan', () => ({ topics: ['a', 'b', 'c'] }))
    .node(
      'research',
      async (_, { input }) => {
        await new Promise((resolve) => setTimeout(resolve, input === 'a' ? 20 : 1))
        return { notes: [input], count: 1 }
      },
      { input: z.string() },
    )
    .node('write', ({ notes }) => ({ topics: [notes.join('+')] }))
    .entry('plan')
    .route('plan', ['research'], ({ topics }) =>
      topics.map((input) => ({ node: 'research' as const, input })),
    )
    .edge('research', 'write')
    .edge('write', end)
    .build()
  const checkpointer = memoryCheckpointer()
  const events = []
  for await (const event of runGraph({ graph, checkpointer, thread: 't' })) events.push(event)
  expect(events.map(({ type }) => type)).toMatchInlineSnapshot(`
    [
      "graph-started",
      "node-began",
      "state-changed",
      "node-finished",
      "node-began",
      "node-began",
      "node-began",
      "node-finished",
      "node-finished",
      "state-changed",
      "node-finished",
      "node-began",
      "state-changed",
      "node-finished",
      "graph-finished",
    ]
  `)
  const at = await graphState({ graph, checkpointer, thread: 't' })
  expect(at.values).toEqual({ topics: ['a+b+c'], notes: ['a', 'b', 'c'], count: 3 })
  expect([at.status, at.step, at.outcome]).toEqual(['finished', 3, { type: 'completed' }])
})
