import { memoryCheckpointer } from '@keepup/checkpoint'
import { type Limits, type Model } from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { describe, expect, test } from 'vitest'

import { loopDefaults } from '../src/index.ts'
import { collect, completed, dataOf, harness, outcomeOf } from './harness.ts'

const price = { input: 3, cached: 1, cacheWritten: 4, output: 15.5 }
let views = 0
const tools = { look: { run: () => completed(`view ${(views += 1)}`) } }

/** A model that calls on until its tools are off. */
function restless(): Model {
  const steps = [
    { when: { toolsOff: true }, text: 'So far.', repeat: true },
    { when: { turn: 8 }, text: 'All done.' },
    { calls: [{ name: 'look', input: {} }], repeat: true },
  ]
  return { ...scriptedModel({ steps }), price }
}

const names = ['turns', 'time', 'tokens', 'money'] as const

describe('limits', () => {
  test.each(names.map((name) => [name]))(
    'of %s that are odd are refused, and nothing is written',
    async (name) => {
      for (const value of [
        Number.NaN,
        -1,
        Number.NEGATIVE_INFINITY,
        '5',
        null,
        name === 'time' ? -0.5 : 2.5,
      ]) {
        const checkpointer = memoryCheckpointer()
        const { run } = harness({ checkpointer, model: restless(), tools })
        const limits = { [name]: value } as Limits
        await expect(collect(run, { input: 'Go', limits }), `${value}`).rejects.toMatchObject({
          code: 'configuration-invalid',
          message: expect.stringContaining(`limits.${name}`),
        })
        expect((await checkpointer.read('t')).head).toBe(0)
        expect(await checkpointer.pending('t')).toEqual([])
      }
    },
  )

  test.each(names.flatMap((name) => [0, 1].map((value) => [name, value] as const)))(
    '%s: %i ends in an answer',
    async (name, value) => {
      const { run } = harness({ model: restless(), tools })
      const finished = outcomeOf(await collect(run, { input: 'Go', limits: { [name]: value } }))
      expect(finished).toMatchObject({ outcome: { type: 'limit-reached', limit: name } })
      expect(finished?.text).not.toBe('')
    },
  )

  test.each(
    names.flatMap((name) =>
      [1e15, 2 ** 31, Number.MAX_VALUE, Number.POSITIVE_INFINITY].map((v) => [name, v] as const),
    ),
  )('%s: %d is as good as none', async (name, value) => {
    const { run } = harness({ model: restless(), tools })
    const finished = outcomeOf(await collect(run, { input: 'Go', limits: { [name]: value } }))
    expect(finished).toMatchObject({ outcome: { type: 'completed' }, text: 'All done.', turns: 8 })
  })

  test.each([
    ['retry', { retry: { ...loopDefaults.retry, attempts: 0 } }],
    ['retry', { retry: { ...loopDefaults.retry, first: Number.NaN } }],
    ['thresholds', { thresholds: { ...loopDefaults.thresholds, answer: 0 } }],
    ['contextWindow', { models: [{ ...restless(), contextWindow: 0 }] as const }],
    ['price', { models: [{ ...restless(), price: { ...price, output: -1 } }] as const }],
  ])('odd settings are refused as well: %s', async (what, parts) => {
    await expect(collect(harness({ tools, ...parts }).run, { input: 'Go' })).rejects.toMatchObject({
      code: 'configuration-invalid',
      message: expect.stringContaining(what),
    })
  })

  test('time that is over in the middle of a call of a model which may not be repeated still ends in an answer', async () => {
    const inner = restless()
    let calls = 0
    const model: Model = {
      ...inner,
      async *stream(request, signal) {
        if ((calls += 1) > 1) yield* inner.stream(request, signal)
        else {
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          yield { type: 'failed', failure: { kind: 'interrupted', message: 'cut', retryable: false } }
        }
      },
    }
    const retry = { ...loopDefaults.retry, attempts: 1 }
    const finished = outcomeOf(
      await collect(harness({ model, tools, retry }).run, { input: 'Go', limits: { time: 30 } }),
    )
    expect(finished).toMatchObject({ outcome: { type: 'limit-reached', limit: 'time' }, text: 'So far.' })
  })
})

test('sums are those of the entries, and what is reserved is never negative', async () => {
  const { run } = harness({ model: restless(), tools })
  const events = await collect(run, { input: 'Go' })
  const answers = dataOf(events, 'assistant-message')
  const sum = (pick: (answer: (typeof answers)[0]) => number): number =>
    answers.reduce((total, answer) => total + pick(answer), 0)
  const finished = outcomeOf(events)
  expect(finished?.cost).toBe(sum(({ cost }) => cost))
  expect(finished?.usage).toMatchObject({
    input: sum(({ usage }) => usage.input),
    output: sum(({ usage }) => usage.output),
  })
  for (const { reserved } of dataOf(events, 'model-called')) {
    expect(reserved?.tokens).toBeGreaterThan(0)
    expect(Number.isSafeInteger(reserved?.money)).toBe(true)
    expect(reserved?.money).toBeGreaterThanOrEqual(0)
  }
})
