import { describe, expect, test } from 'vitest'

import { assembleGraph, end, graphState, type NodeDefinition, runGraph } from '../../src/index.ts'
import { supervisor, type SupervisorValues } from '../../src/patterns/index.ts'
import { collect } from '../scene.ts'
import { brokenModel, live, liveThroughDeaths, modelOf, newMemory } from './lives.ts'

const echo = modelOf((prompt) => `did: ${prompt.split('\n')[0]}`).model
const members = {
  finder: { by: echo, description: 'finds' },
  writer: { by: echo, description: 'writes' },
}
/** Each member once, then the answer. */
const model = modelOf((prompt) => {
  if (prompt.includes('Nothing more')) return 'what there is'
  if (!prompt.includes('- finder (')) return { type: 'assign', member: 'finder', task: 'find it' }
  if (!prompt.includes('- writer (')) return { type: 'assign', member: 'writer', task: 'write it' }
  return { type: 'answer', text: 'all done' }
}).model

describe('a supervisor', () => {
  test('routes to members, sees what they came to, and answers, wherever it is killed', async () => {
    const { whole, deaths } = await liveThroughDeaths({
      graph: () => supervisor({ model, members }),
      input: { task: 'Report' },
    })
    expect(whole.values).toMatchObject({
      results: [
        { member: 'finder', task: 'find it', text: 'did: find it', status: 'done' },
        { member: 'writer', task: 'write it', text: 'did: write it', status: 'done' },
      ],
      answer: 'all done',
      outcome: { type: 'completed' },
    })
    expect(deaths).toBeGreaterThan(6)
  })

  test('is told where a member fails', async () => {
    const broken = { ...members, finder: { by: brokenModel, description: 'finds' } }
    const { values } = await live({
      graph: () => supervisor({ model, members: broken }),
      input: { task: 'Report' },
    })
    expect(values.results).toMatchObject([{ status: 'failed', text: 'no key' }, { status: 'done' }])
    expect(values.outcome).toEqual({ type: 'completed' })
  })

  test('answers at its bound with what there is', async () => {
    const endless = modelOf((prompt) =>
      prompt.includes('Nothing more') ? 'what there is' : { type: 'assign', member: 'finder', task: 'again' },
    )
    const { values } = await live({
      graph: () => supervisor({ model: endless.model, members, rounds: 3 }),
      input: { task: 'Report' },
    })
    expect(values).toMatchObject({ answer: 'what there is', outcome: { type: 'limit-reached' } })
    expect(values.results).toHaveLength(3)
  })

  test.each(['', { type: 'assign', member: 'nobody', task: 'x' }, { type: 'answer' }, { type: 'assign' }])(
    'that answers garbage is asked again once: %j',
    async (garbage) => {
      const { model: garbled, asked } = modelOf(() => garbage)
      const { values } = await live({
        graph: () => supervisor({ model: garbled, members }),
        input: { task: 'Report' },
      })
      expect(values.outcome).toMatchObject({ type: 'failed', node: 'decide' })
      expect(asked).toHaveLength(2)
    },
  )

  test('is told where a person refuses, wherever it is killed', async () => {
    const { whole } = await liveThroughDeaths({
      graph: () =>
        supervisor({
          model,
          members,
          approval: { when: ({ assigned }) => assigned?.member === 'writer' },
        }),
      input: { task: 'Report' },
      answer: () => ({ approved: false, message: 'not today' }),
    })
    expect(whole.values.results).toMatchObject([
      { member: 'finder', status: 'done' },
      { member: 'writer', status: 'refused', text: 'not today' },
    ])
  })

  test('begins anew in another run of its thread', async () => {
    const run = { graph: supervisor({ model, members, rounds: 3 }), checkpointer: newMemory(), thread: 't' }
    for (const task of ['Report', 'Report again']) {
      await collect(runGraph({ ...run, input: { task } }))
      const { values } = await graphState(run)
      expect(values).toMatchObject({ task, answer: 'all done', outcome: { type: 'completed' } })
      expect(values.results).toHaveLength(2)
    }
  })

  test('can be taken apart: a graph of another goes on where it ends', async () => {
    const given = supervisor({ model, members })
    const shout: NodeDefinition<SupervisorValues> = {
      kind: 'function',
      run: ({ answer }) => ({ answer: answer.toUpperCase() }),
    }
    const graph = () =>
      assembleGraph({
        ...given,
        nodes: { ...given.nodes, shout },
        edges: [
          ...given.edges.filter(
            (edge) => edge.type === 'route' || edge.type === 'join' || edge.from !== 'finish',
          ),
          { type: 'edge', from: 'finish', to: 'shout' },
          { type: 'edge', from: 'shout', to: end },
        ],
      })
    const { values } = await live({ graph, input: { task: 'Report' } })
    expect(values).toMatchObject({ answer: 'ALL DONE', outcome: { type: 'completed' } })
  })

  test('has members with names that nodes can have', () => {
    expect(() => supervisor({ model, members: {} })).toThrow(/no members/)
    expect(() => supervisor({ model, members: { 'a b': members.finder } })).toThrow(/"a b"/)
  })
})
