import { createShiftingClock } from '@keepup/testing'
import { describe, expect, it } from 'vitest'

import { answerGraph, signalGraph } from '../../src/index.ts'
import { goOn, runTemplate } from './run-template.ts'
import { straight } from './straight.ts'

const channel = { out: {} }

describe('a template that waits', () => {
  const asks = {
    channels: { said: {}, by: {} },
    nodes: {
      ask: {
        kind: 'wait' as const,
        for: 'person' as const,
        question: 'Ship {{ 1 + 1 }}?',
        options: ['yes', 'no'],
        answer: { enum: ['yes', 'no'] },
        within: '7d',
        late: { said: 'nobody answered' },
        update: { said: '{{ result }}', by: '{{ by }}' },
      },
    },
    edges: straight('ask'),
  }

  it('takes an answer that fits, and none that does not', async () => {
    const run = await runTemplate(asks)
    expect(run.waits).toMatchObject([
      { node: 'ask', wait: { for: 'person', question: { text: 'Ship 2?', options: ['yes', 'no'] } } },
    ])
    const {
      checkpointer,
      thread,
      built: { graph },
    } = run
    await expect(answerGraph({ graph, checkpointer, thread, node: 'ask', answer: 'maybe' })).rejects.toThrow(
      'does not fit',
    )
    await answerGraph({ graph, checkpointer, thread, node: 'ask', answer: 'yes', by: 'user:ann' })
    expect(await goOn(run)).toMatchObject({
      outcome: { type: 'completed' },
      output: { said: 'yes', by: 'user:ann' },
    })
  })

  it('goes on by itself once its time has come', async () => {
    const clock = createShiftingClock()
    const run = await runTemplate(asks, {}, { clock })
    clock.shift(6 * 86_400_000)
    expect((await goOn(run, clock)).waits).toHaveLength(1)
    clock.shift(2 * 86_400_000)
    expect(await goOn(run, clock)).toMatchObject({
      outcome: { type: 'completed' },
      output: { said: 'nobody answered' },
    })
  })

  it('takes a signal, and waits for a time that an expression gives', async () => {
    const clock = createShiftingClock()
    const until = new Date(clock.now() + 3_600_000).toISOString()
    const run = await runTemplate(
      {
        parameters: { until: { schema: { type: 'string' } } },
        channels: channel,
        nodes: {
          build: {
            kind: 'wait',
            for: 'signal',
            signal: 'build.done',
            data: { type: 'object' },
            update: { out: '{{ result.id }}' },
          },
          rest: { kind: 'wait', for: 'time', until: 'input.until' },
        },
        edges: straight('build', 'rest'),
      },
      {},
      { input: { until }, clock },
    )
    const { checkpointer, thread } = run
    await signalGraph({ checkpointer, thread, name: 'build.done', data: { id: 'b7' } })
    const rests = await goOn(run, clock)
    expect(rests).toMatchObject({
      output: { out: 'b7' },
      waits: [{ node: 'rest', wait: { for: 'time', until: Date.parse(until) } }],
    })
    clock.shift(3_600_001)
    expect(await goOn(rests, clock)).toMatchObject({ outcome: { type: 'completed' } })
  })
})
