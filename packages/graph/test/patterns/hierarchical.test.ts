import { describe, expect, test } from 'vitest'

import { hierarchical } from '../../src/patterns/index.ts'
import { brokenModel, live, liveThroughDeaths, modelOf } from './lives.ts'

const plan = {
  tasks: [
    { id: 'a', task: 'find a', needs: [], worker: 'ann' },
    { id: 'b', task: 'find b', needs: [], worker: 'bob' },
    { id: 'c', task: 'join', needs: ['a', 'b'], worker: 'ann' },
  ],
}
/** Accepts everything but the first try of b, which it gives to ann. */
function manager(given: unknown = plan) {
  return modelOf((prompt) => {
    if (prompt.startsWith('Plan')) return given
    if (prompt.includes('what came of the goal')) return 'the answer'
    const [, judged = ''] = /To judge:\n([^]*)\n\nWorkers/.exec(prompt) ?? []
    const ids = [...judged.matchAll(/^- (\w+) \[/gm)].map(([, id]) => id)
    const verdicts = ids.map((id) =>
      judged.includes('by bob') || judged.includes('failed:')
        ? { id, accepted: id !== 'b', comments: 'ann knows', worker: id === 'b' ? 'ann' : null }
        : { id, accepted: true, comments: '' },
    )
    return { verdicts }
  })
}
const worker = (name: string) => modelOf((prompt) => `${prompt.split('\n')[0]} by ${name}`).model
const workers = {
  ann: { by: worker('ann'), description: 'careful' },
  bob: { by: worker('bob'), description: 'fast' },
}

describe('a hierarchical process', () => {
  test('does side by side what can begin, checks, and assigns anew, wherever it is killed', async () => {
    const { whole, deaths } = await liveThroughDeaths({
      graph: () => hierarchical({ manager: manager().model, workers }),
      input: { goal: 'Go' },
    })
    expect(whole.values).toMatchObject({
      tasks: [
        { id: 'a', status: 'accepted', tries: 1, result: 'find a by ann' },
        { id: 'b', status: 'accepted', tries: 2, worker: 'ann', result: 'find b by ann' },
        { id: 'c', status: 'accepted', tries: 1, result: 'join by ann' },
      ],
      answer: 'the answer',
      outcome: { type: 'completed' },
    })
    expect(deaths).toBeGreaterThan(10)
  })

  test('gives what a worker failed at to another, wherever it is killed', async () => {
    const { whole } = await liveThroughDeaths({
      graph: () =>
        hierarchical({
          manager: manager().model,
          workers: { ...workers, bob: { by: brokenModel, description: '' } },
        }),
      input: { goal: 'Go' },
    })
    expect(whole.values.tasks[1]).toMatchObject({ tries: 2, worker: 'ann', status: 'accepted' })
    expect(whole.values.outcome).toEqual({ type: 'completed' })
  })

  test('ends as failed where a task was tried too often, and does not accept what is not there', async () => {
    const lax = modelOf((prompt) => {
      if (prompt.startsWith('Plan')) return plan
      if (prompt.includes('what came of the goal')) return 'not much'
      const ids = [...prompt.matchAll(/^- ([ab]) \[(?:done|assigned)/gm)].map(([, id]) => id)
      return { verdicts: ids.map((id) => ({ id, accepted: true, comments: '' })) }
    }).model
    const { values } = await live({
      graph: () =>
        hierarchical({
          manager: lax,
          workers: { ...workers, bob: { by: brokenModel, description: '' } },
          tries: 2,
        }),
      input: { goal: 'Go' },
    })
    expect(values.tasks.map(({ status, tries }) => [status, tries])).toEqual([
      ['accepted', 1],
      ['failed', 2],
      ['open', 0],
    ])
    expect(values).toMatchObject({ answer: 'not much', outcome: { type: 'failed', kind: 'incomplete' } })
  })

  const [a, b, c] = plan.tasks
  test.each([
    [
      'a circle',
      {
        tasks: [
          { ...a, needs: ['b'] },
          { ...b, needs: ['a'] },
        ],
      },
      'in a circle',
    ],
    ['itself', { tasks: [{ ...a, needs: ['a'] }] }, 'in a circle'],
    ['a task that is not there', { tasks: [c] }, 'no task has the id a, b'],
    ['one id twice', { tasks: [a, a] }, 'the same id'],
    ['a worker that is not there', { tasks: [{ ...a, worker: 'eve' }] }, 'worker'],
    ['no tasks', { tasks: [] }, 'tasks'],
  ])('refuses a plan with %s, and says so to the manager', async (_, garbage, words) => {
    const { model, asked } = manager(garbage)
    const { values } = await live({
      graph: () => hierarchical({ manager: model, workers }),
      input: { goal: 'Go' },
    })
    expect(values.outcome).toMatchObject({ type: 'failed', node: 'plan' })
    expect(asked[1]).toContain(words)
  })

  test('has a refused plan made anew as often as it may, wherever it is killed', async () => {
    const { whole } = await liveThroughDeaths({
      graph: () => hierarchical({ manager: manager().model, workers, approval: {}, plans: 2 }),
      input: { goal: 'Go' },
      answer: () => ({ approved: false, message: 'no' }),
    })
    expect(whole.values).toMatchObject({ tasks: [], outcome: { type: 'limit-reached', limit: 'plans' } })
  })
})
