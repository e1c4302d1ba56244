import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { append } from '../../src/index.ts'
import { reflection } from '../../src/patterns/index.ts'
import { brokenModel, live, liveThroughDeaths, modelOf } from './lives.ts'

const author = modelOf((prompt) => (prompt.includes('shorter') ? 'Tides.' : 'Tides are long.')).model
const critic = modelOf((prompt) =>
  prompt.includes('Tides.')
    ? { accepted: true, comments: '' }
    : { accepted: false, comments: 'Make it shorter.' },
).model

describe('reflection', () => {
  test('revises until a draft is accepted, wherever it is killed', async () => {
    const graph = () => reflection({ author: { by: author }, critic })
    const { whole, deaths } = await liveThroughDeaths({ graph, input: { task: 'Write of tides' } })
    expect(whole.values).toMatchObject({
      draft: 'Tides.',
      critiques: [{ accepted: false }, { accepted: true }],
      outcome: { type: 'completed' },
    })
    expect(deaths).toBeGreaterThan(5)
  })

  test('ends at its bound with the last draft', async () => {
    const never = modelOf(() => ({ accepted: false, comments: 'No.' })).model
    const graph = () => reflection({ author: { by: author }, critic: never, drafts: 2 })
    const { values } = await live({ graph, input: { task: 'Write' } })
    expect(values).toMatchObject({
      draft: 'Tides are long.',
      critiques: [{ comments: 'No.' }, { comments: 'No.' }],
      outcome: { type: 'limit-reached', limit: 'drafts' },
    })
  })

  test('asks a critic that answers garbage once more, with what is wrong', async () => {
    const garbled = modelOf((prompt) =>
      prompt.includes('cannot be used') ? { accepted: true, comments: '' } : 'Looks good to me!',
    )
    const graph = () => reflection({ author: { by: author }, critic: garbled.model })
    const { values } = await live({ graph, input: { task: 'Write' } })
    expect(values.outcome).toEqual({ type: 'completed' })
    expect(garbled.asked).toHaveLength(2)
    expect(garbled.asked[1]).toContain('it is no JSON')
  })

  test.each(['yes', '', '{"accepted":"yes"}', '[]', 'null', '```json\n{"accepted":1}\n```', '\u{d800}'])(
    'fails where the critic answers %j twice, and keeps the draft',
    async (garbage) => {
      const { model, asked } = modelOf(() => garbage)
      const graph = () => reflection({ author: { by: author }, critic: model })
      const { values } = await live({ graph, input: { task: 'Write' } })
      expect(values).toMatchObject({
        draft: 'Tides are long.',
        outcome: { type: 'failed', node: 'critique', kind: 'thrown' },
      })
      expect(asked).toHaveLength(2)
    },
  )

  test('says who failed where the author cannot be reached', async () => {
    const graph = () => reflection({ author: { by: brokenModel }, critic })
    const { values } = await live({ graph, input: { task: 'Write' } })
    expect(values.outcome).toMatchObject({ type: 'failed', node: 'draft', message: 'no key' })
  })

  test('lets a person send an accepted draft back, wherever it is killed', async () => {
    const patient = modelOf(() => ({ accepted: true, comments: '' })).model
    const graph = () => reflection({ author: { by: author }, critic: patient, approval: {} })
    const { whole } = await liveThroughDeaths({
      graph,
      input: { task: 'Write' },
      answer: (question) => ({ approved: !question.includes('long'), message: 'shorter' }),
    })
    expect(whole.values).toMatchObject({ draft: 'Tides.', outcome: { type: 'completed' } })
  })

  test('has channels of its user beside its own, and refuses those that it has itself', async () => {
    const channels = { lengths: { schema: z.array(z.number()), reducer: append, initial: [] } }
    const worker = { by: author, keep: (text: string) => ({ lengths: [text.length] }) }
    const graph = () => reflection({ author: worker, critic, channels })
    const { values } = await live({ graph, input: { task: 'Write', lengths: [0] } })
    expect(values.lengths).toEqual([0, 15, 6])
    const taken = { draft: { schema: z.string(), initial: '' } }
    expect(() => reflection({ author: { by: author }, critic, channels: taken })).toThrow(/draft belong/)
  })

  test('without a task says what to give', async () => {
    const graph = () => reflection({ author: { by: author }, critic })
    const { outcome } = await live({ graph, input: {} })
    expect(outcome).toMatchObject({ type: 'failed', failures: [{ code: 'input-invalid' }] })
  })
})
