import type { AgentEvent, RunAgent } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { swarm } from '../../src/patterns/index.ts'
import { brokenModel, live, liveThroughDeaths, modelOf } from './lives.ts'

/** Hands to the next until that one has answered, then answers. */
function relay(next: string | undefined) {
  return modelOf((prompt) => {
    if (next === undefined) return { type: 'answer', text: 'the bottom' }
    const [, heard] = /Since then:\n- (.*)/.exec(prompt) ?? []
    if (heard !== undefined) return { type: 'answer', text: `heard: ${heard}` }
    return { type: 'hand-off', to: next, task: `for ${next}` }
  }).model
}
const members = {
  a: { by: relay('b'), description: 'first' },
  b: { by: relay('c'), description: 'second' },
  c: { by: relay(undefined), description: 'third' },
}

describe('a swarm', () => {
  test('hands on, and every answer returns to the one who handed, wherever it is killed', async () => {
    const { whole, deaths } = await liveThroughDeaths({
      graph: () => swarm({ members, first: 'a' }),
      input: { task: 'Go' },
    })
    expect(whole.values).toMatchObject({
      stack: [],
      answer: 'heard: b answered: heard: c answered: the bottom',
      outcome: { type: 'completed' },
    })
    expect(deaths).toBeGreaterThan(8)
  })

  test('returns from a member that fails to the one who handed', async () => {
    const { values } = await live({
      graph: () => swarm({ members: { ...members, b: { by: brokenModel, description: '' } }, first: 'a' }),
      input: { task: 'Go' },
    })
    expect(values).toMatchObject({ answer: 'heard: b failed: no key', outcome: { type: 'completed' } })
  })

  test('fails where the first one does', async () => {
    const { values } = await live({
      graph: () => swarm({ members: { a: { by: brokenModel, description: '' } }, first: 'a' }),
      input: { task: 'Go' },
    })
    expect(values.outcome).toMatchObject({ type: 'failed', node: 'member.a', message: 'no key' })
  })

  test('does not go round for ever', async () => {
    const circle = { a: { ...members.a, by: relay('b') }, b: { ...members.b, by: relay('a') } }
    const deep = await live({
      graph: () => swarm({ members: circle, first: 'a', depth: 3 }),
      input: { task: 'Go' },
    })
    expect(deep.values).toMatchObject({ outcome: { type: 'completed' } })
    expect(deep.values.answer).toContain('too many wait for one another')
    const stubborn = modelOf(() => ({ type: 'hand-off', to: 'a', task: 'again' })).model
    const { values } = await live({
      graph: () => swarm({ members: { a: { by: stubborn, description: '' } }, first: 'a', hops: 5 }),
      input: { task: 'Go' },
    })
    expect(values.outcome).toEqual({ type: 'limit-reached', limit: 'hops' })
  })

  test('asks a model that answers garbage once more, then returns', async () => {
    const { model, asked } = modelOf(() => ({ type: 'hand-off', to: 'nobody', task: 'x' }))
    const { values } = await live({
      graph: () => swarm({ members: { ...members, b: { by: model, description: '' } }, first: 'a' }),
      input: { task: 'Go' },
    })
    expect(asked).toHaveLength(2)
    expect(values.answer).toMatch(/^heard: b failed: test\/model was asked twice/)
  })

  test('tells a member that a person refused its hand-off, wherever it is killed', async () => {
    const { whole } = await liveThroughDeaths({
      graph: () => swarm({ members, first: 'a', approval: {} }),
      input: { task: 'Go' },
      answer: (question) => ({ approved: question.includes('hand to b'), message: 'no c' }),
    })
    expect(whole.values.answer).toBe('heard: b answered: heard: A person refused that you hand to c: no c')
  })

  test('takes what an agent says for its answer, unless it is a hand-off', async () => {
    let runs = 0
    const agent: RunAgent = async function* ({ thread, input }) {
      runs += 1
      const text = JSON.stringify(input).includes('Since then')
        ? 'plain words'
        : JSON.stringify({ type: 'hand-off', to: 'c', task: 'x' })
      // As far as a graph looks into it.
      yield { type: 'run-finished', thread, data: { outcome: { type: 'completed' }, text } } as AgentEvent
    }
    const { values } = await live({
      graph: () => swarm({ members: { ...members, a: { by: agent, description: '' } }, first: 'a' }),
      input: { task: 'Go' },
    })
    expect([values.answer, runs]).toEqual(['plain words', 2])
  })
})
