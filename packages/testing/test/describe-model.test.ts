import type { Model, ModelEvent } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import {
  answerText,
  describeModel,
  modelChecks,
  type ModelHarness,
  type ProviderBehaviour,
} from '../src/index.ts'
import { scriptedModel } from '../src/scripted-model.ts'

const steps: Readonly<Record<ProviderBehaviour, object>> = {
  answers: { text: answerText, reasoning: 'hm' },
  calls: {
    calls: [
      { name: 'look', input: { path: 'a' } },
      { name: 'look', input: { path: 'b', deep: [1] } },
    ],
  },
  refuses: { fail: { kind: 'rate-limited', retryAfter: 100 } },
  breaks: { text: 'Half of', fail: 'stream-cut' },
  babbles: { fail: 'invalid-response' },
  hangs: { text: 'Slow words', chunk: 2, pause: 100_000 },
  'is-away': { fail: 'unavailable' },
}

type Change = (events: AsyncIterable<ModelEvent>) => AsyncIterable<ModelEvent>

function harness(change?: Change, behaviour?: ProviderBehaviour): ModelHarness {
  return {
    create: async (wanted) => {
      const scripted = scriptedModel({ steps: [{ ...steps[wanted], repeat: true }] })
      let calls = 0
      const model: Model = {
        id: scripted.id,
        async *stream(request, signal) {
          if (!signal.aborted) calls += 1
          const events = scripted.stream(request, signal)
          yield* change === undefined || wanted !== behaviour ? events : change(events)
        },
      }
      return { model, calls: () => calls, dispose: () => Promise.resolve() }
    },
  }
}

describeModel('the scripted model', harness())

async function* withoutEnd(events: AsyncIterable<ModelEvent>) {
  for await (const event of events) if (event.type !== 'finished') yield event
}

async function* throwing(events: AsyncIterable<ModelEvent>) {
  for await (const event of events) {
    if (event.type === 'failed') throw new Error(event.failure.message)
    yield event
  }
}

async function* twice(events: AsyncIterable<ModelEvent>) {
  for await (const event of events) {
    yield event
    if (event.type === 'finished') yield event
  }
}

async function* shortened(events: AsyncIterable<ModelEvent>) {
  for await (const event of events) if (event.type !== 'text-delta' || event.text.startsWith('G')) yield event
}

async function* answering(events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent> {
  const usage = { input: 1, cached: 0, cacheWritten: 0, output: 1, reasoning: 0 }
  for await (const event of events) {
    if (event.type !== 'failed') yield event
    else yield { type: 'finished', message: { role: 'assistant', content: [] }, reason: 'stop', usage }
  }
}

async function* swapped(events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent> {
  for await (const event of events) {
    if (event.type !== 'finished') yield event
    else yield { ...event, message: { ...event.message, content: event.message.content.toReversed() } }
  }
}

async function* overcounted(events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent> {
  for await (const event of events) {
    if (event.type !== 'finished') yield event
    else yield { ...event, usage: { ...event.usage, cached: event.usage.input + 1 } }
  }
}

describe('the suite notices a model that', () => {
  test.each<readonly [string, ProviderBehaviour, Change]>([
    ['ends without a last event', 'answers', withoutEnd],
    ['throws instead of failing', 'refuses', throwing],
    ['finishes twice', 'answers', twice],
    ['loses deltas', 'answers', shortened],
    ['calls a cut stream an answer', 'breaks', answering],
    ['turns calls round', 'calls', swapped],
    ['counts more from the cache than there was', 'answers', overcounted],
    ['calls an interrupt an answer', 'hangs', answering],
  ])('%s', async (_, behaviour, change) => {
    const broken = harness(change, behaviour)
    const outcomes = await Promise.allSettled(
      modelChecks(broken)
        .filter((check) => check.behaviour === behaviour)
        .map(({ run }) => run(broken)),
    )
    expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true)
  })

  test('cannot behave in some way only where the harness says so', () => {
    const all = modelChecks(harness())
    const fewer = modelChecks({ ...harness(), lacks: ['hangs'] })
    expect(fewer).toHaveLength(all.length - all.filter(({ behaviour }) => behaviour === 'hangs').length)
  })
})
