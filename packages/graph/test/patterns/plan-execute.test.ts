import { describe, expect, test } from 'vitest'

import { planExecute } from '../../src/patterns/index.ts'
import { brokenModel, live, liveThroughDeaths, modelOf } from './lives.ts'

function planner() {
  return modelOf((prompt) => {
    if (prompt.includes('what came of the goal')) return `Answer after ${prompt.split('[done]').length - 1}`
    if (prompt.includes('refused')) return { steps: ['safe'] }
    return { steps: prompt.includes('[failed]') ? ['c'] : ['a', 'b', 'never'] }
  })
}
const executor = modelOf((prompt) => (prompt.endsWith('b') ? 'cannot' : `did ${prompt.at(-1)}`)).model
const accepts = (result: string) => result !== 'cannot'

describe('plan and execute', () => {
  test('executes step by step, and plans anew where one fails, wherever it is killed', async () => {
    const graph = () => planExecute({ planner: planner().model, executor: { by: executor }, accepts })
    const { whole, deaths } = await liveThroughDeaths({ graph, input: { goal: 'Go' } })
    expect(whole.values).toMatchObject({
      plan: [
        { task: 'a', status: 'done', result: 'did a' },
        { task: 'b', status: 'failed', result: 'cannot' },
        { task: 'c', status: 'done', result: 'did c' },
      ],
      answer: 'Answer after 2',
      outcome: { type: 'completed' },
    })
    expect(deaths).toBeGreaterThan(7)
  })

  test('answers from what was done where nothing can be executed', async () => {
    const graph = () => planExecute({ planner: planner().model, executor: { by: brokenModel }, plans: 2 })
    const { values } = await live({ graph, input: { goal: 'Go' } })
    expect(values).toMatchObject({
      plan: [
        { status: 'failed', result: 'no key' },
        { status: 'failed', result: 'no key' },
      ],
      answer: 'Answer after 0',
      outcome: { type: 'limit-reached', limit: 'plans' },
    })
  })

  test('answers at the bound of steps', async () => {
    const graph = () => planExecute({ planner: planner().model, executor: { by: executor }, steps: 2 })
    const { values } = await live({ graph, input: { goal: 'Go' } })
    expect(values).toMatchObject({
      plan: [{ status: 'done' }, { status: 'done' }, { status: 'open' }],
      outcome: { type: 'limit-reached', limit: 'steps' },
    })
  })

  test.each(['no', { steps: [] }, { steps: 'a' }, { steps: [''] }, { steps: Array(101).fill('x') }])(
    'fails where the planner answers garbage twice (%j)',
    async (garbage) => {
      const { model, asked } = modelOf(() => garbage)
      const graph = () => planExecute({ planner: model, executor: { by: executor } })
      const { values } = await live({ graph, input: { goal: 'Go' } })
      expect(values.outcome).toMatchObject({ type: 'failed', node: 'plan' })
      expect(asked).toHaveLength(2)
    },
  )

  test('has a refused plan made anew, wherever it is killed', async () => {
    const graph = () => planExecute({ planner: planner().model, executor: { by: executor }, approval: {} })
    const { whole } = await liveThroughDeaths({
      graph,
      input: { goal: 'Go' },
      answer: (question) => ({ approved: question.includes('safe'), message: 'too risky' }),
    })
    expect(whole.values).toMatchObject({
      plan: [{ task: 'safe', status: 'done' }],
      outcome: { type: 'completed' },
    })
  })
})
