import { type Model, type ModelRequest, noUsage } from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { simulate } from '@keepup/testing/simulation'
import { describe, expect, test } from 'vitest'

import { collect, completed, dataOf, harness, outcomeOf, types } from './harness.ts'

/** A model that never stops calling, until its tools are off; what it was asked is kept. */
function restless(options: Partial<Model> = {}): { model: Model; requests: ModelRequest[] } {
  const requests: ModelRequest[] = []
  const inner = scriptedModel({
    steps: [
      { when: { toolsOff: true }, text: 'This is what I found.', repeat: true },
      { calls: [{ name: 'look', input: {} }], repeat: true },
    ],
  })
  const model: Model = {
    ...inner,
    ...options,
    stream(request, signal) {
      requests.push(request)
      return inner.stream(request, signal)
    },
  }
  return { model, requests }
}

let count = 0
const tools = { look: { run: () => completed(`view ${(count += 1)}`) } }

describe('the turn limit', () => {
  test('warns at two turns before it, then reserves one turn without tools for the answer', async () => {
    const { model, requests } = restless()
    const { run } = harness({ model, tools, limits: { turns: 4 } })
    const events = await collect(run, { input: 'Hi' })
    expect(dataOf(events, 'system-warning')).toEqual([
      { about: 'turns', text: 'You have 2 turns left. Stop and summarize.' },
      { about: 'turns', text: expect.stringContaining('Tools are off'), final: true },
    ])
    expect(requests.map(({ toolChoice }) => toolChoice)).toEqual(['auto', 'auto', 'auto', 'auto', 'none'])
    expect(outcomeOf(events)).toMatchObject({
      outcome: { type: 'limit-reached', limit: 'turns' },
      text: 'This is what I found.',
      turns: 4,
    })
  })

  test('a model that answers in time is simply completed', async () => {
    const { run } = harness({ steps: [{ text: 'quick' }], limits: { turns: 1 } })
    expect(outcomeOf(await collect(run, { input: 'Hi' }))).toMatchObject({
      outcome: { type: 'completed' },
      text: 'quick',
    })
  })

  test('calls made although tools are off are refused, and the run still ends with an answer', async () => {
    const model: Model = {
      id: 'test/stubborn',
      async *stream() {
        const call = { type: 'tool-call', id: 'c', name: 'look', input: {} } as const
        const content = [{ type: 'text', text: 'still at it' } as const, call]
        yield {
          type: 'finished',
          message: { role: 'assistant', content },
          reason: 'tool-calls',
          usage: noUsage,
        }
      },
    }
    const { run } = harness({ model, tools, limits: { turns: 1 } })
    const events = await collect(run, { input: 'Hi' })
    expect(dataOf(events, 'tool-finished').at(-1)?.outcome).toMatchObject({ type: 'denied' })
    expect(outcomeOf(events)).toMatchObject({
      outcome: { type: 'limit-reached', limit: 'turns' },
      text: 'still at it',
    })
  })

  test('a model that fails in the reserved turn still leaves an answer', async () => {
    const { run } = harness({
      steps: [
        {
          when: { toolsOff: true },
          fail: { kind: 'invalid-request', message: 'no', retryable: false },
          repeat: true,
        },
        { calls: [{ name: 'look', input: {} }], repeat: true },
      ],
      tools,
      limits: { turns: 2 },
    })
    expect(outcomeOf(await collect(run, { input: 'Hi' }))).toMatchObject({
      outcome: { type: 'limit-reached', limit: 'turns' },
      text: expect.stringContaining('could not sum up'),
    })
  })
})

describe('the other limits end in an answer too', () => {
  test('time: what is under way is ended', async () => {
    const { model } = restless()
    const slow = {
      look: {
        run: (_: unknown, { signal }: { signal: AbortSignal }) =>
          new Promise<never>((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(new Error('late'))),
          ),
      },
    }
    const { run } = harness({
      model,
      tools: { look: { run: (i, c) => slow.look.run(i, c).catch(() => completed('cut short')) } },
      limits: { time: 60 },
    })
    const events = await collect(run, { input: 'Hi' })
    expect(outcomeOf(events)).toMatchObject({
      outcome: { type: 'limit-reached', limit: 'time' },
      text: 'This is what I found.',
    })
  })

  test('time: a model that is down does not draw the reserved turn out', async () => {
    const down = { fail: { kind: 'overloaded', message: 'down', retryable: true }, repeat: true }
    const retry = { attempts: 1_000, first: 1_000, longest: 8_000, patience: 60_000 }
    await simulate(1, async ({ clock }) => {
      const model = scriptedModel({ steps: [down] }, { clock })
      const started = clock.now()
      const { run } = harness({
        model,
        clock,
        retry,
        leaseTtl: Number.POSITIVE_INFINITY,
        limits: { time: 40_000 },
      })
      const finished = outcomeOf(await collect(run, { input: 'Hi' }))
      expect(finished).toMatchObject({
        outcome: { type: 'limit-reached', limit: 'time' },
        text: 'The model did not sum up in time.',
      })
      expect(clock.now() - started).toBeLessThanOrEqual(40_000 + 8_000 + 100)
    })
  })

  test('tokens: with room for the reserved turn', async () => {
    const { model } = restless()
    const { run } = harness({ model, tools, limits: { tokens: 20_000 } })
    const events = await collect(run, { input: 'Hi' })
    const finished = outcomeOf(events)
    expect(finished).toMatchObject({
      outcome: { type: 'limit-reached', limit: 'tokens' },
      text: 'This is what I found.',
    })
    expect((finished?.usage.input ?? 0) + (finished?.usage.output ?? 0)).toBeLessThanOrEqual(20_000)
    expect(types(events).filter((type) => type === 'system-warning')).toHaveLength(2)
  })

  test('money', async () => {
    const { model } = restless({ price: { input: 1_000, cached: 100, cacheWritten: 1_000, output: 5_000 } })
    const { run } = harness({ model, tools, limits: { money: 40_000_000 } })
    const finished = outcomeOf(await collect(run, { input: 'Hi' }))
    expect(finished).toMatchObject({
      outcome: { type: 'limit-reached', limit: 'money' },
      text: 'This is what I found.',
    })
    expect(finished?.cost).toBeGreaterThan(0)
    expect(finished?.cost).toBeLessThanOrEqual(40_000_000)
  })

  test('context: before the window overflows', async () => {
    const { model } = restless({ contextWindow: 8_000 })
    const long = { look: { run: () => completed(`${(count += 1)}${'x'.repeat(4_000)}`) } }
    const finished = outcomeOf(await collect(harness({ model, tools: long }).run, { input: 'Hi' }))
    expect(finished).toMatchObject({
      outcome: { type: 'limit-reached', limit: 'context' },
      text: 'This is what I found.',
    })
  })

  test('context: when the provider says that it overflowed, with the oldest results left out', async () => {
    const requests: ModelRequest[] = []
    const inner = scriptedModel({
      steps: [
        { when: { toolsOff: true }, text: 'What I know.', repeat: true },
        { when: { turn: 3 }, fail: { kind: 'context-overflow', message: 'too long', retryable: false } },
        { calls: [{ name: 'look', input: {} }], repeat: true },
      ],
    })
    const model: Model = {
      ...inner,
      stream: (request, signal) => (requests.push(request), inner.stream(request, signal)),
    }
    const long = { look: { run: () => completed(`${(count += 1)}${'x'.repeat(100_000)}`) } }
    const finished = outcomeOf(await collect(harness({ model, tools: long }).run, { input: 'Hi' }))
    expect(finished).toMatchObject({
      outcome: { type: 'limit-reached', limit: 'context' },
      text: 'What I know.',
    })
    const size = (request: ModelRequest | undefined): number =>
      JSON.stringify([...(request?.messages ?? [])]).length
    expect(size(requests.at(-1))).toBeLessThan(size(requests.at(-2)))
  })

  test('loop: the same call with the same result is warned about, then ended; a call with news is not', async () => {
    const { model } = restless()
    const stuck = outcomeOf(await collect(harness({ model, tools: { look: {} } }).run, { input: 'Hi' }))
    expect(stuck).toMatchObject({
      outcome: { type: 'limit-reached', limit: 'loop' },
      turns: 5,
      text: 'This is what I found.',
    })
    const news = outcomeOf(
      await collect(harness({ model: restless().model, tools, limits: { turns: 12 } }).run, { input: 'Hi' }),
    )
    expect(news).toMatchObject({ outcome: { type: 'limit-reached', limit: 'turns' } })
  })
})

describe('an empty answer', () => {
  test('is asked about once, then taken', async () => {
    const { run } = harness({ steps: [{ text: '' }, { when: { lastUser: 'empty' }, text: 'Here.' }] })
    expect(outcomeOf(await collect(run, { input: 'Hi' }))).toMatchObject({
      outcome: { type: 'completed' },
      text: 'Here.',
    })
    const silent = harness({ steps: [{ text: '', repeat: true }] })
    expect(outcomeOf(await collect(silent.run, { input: 'Hi' }))).toMatchObject({
      outcome: { type: 'completed' },
      text: '',
    })
  })
})
