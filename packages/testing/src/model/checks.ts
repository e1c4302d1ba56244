import assert from 'node:assert/strict'

import type { ModelEvent, Usage } from '@keepup/core'

import { within } from '../fails.ts'
import { answerText, type ModelHarness, type ProviderBehaviour } from './harness.ts'
import { check, ending, failure, finished, type ModelCheck, play, request } from './model-check.ts'

const troubles: readonly ProviderBehaviour[] = ['refuses', 'breaks', 'babbles', 'is-away']
const kinds: readonly string[] = [
  'rate-limited',
  'overloaded',
  'unavailable',
  'timed-out',
  'stream-cut',
  'invalid-response',
  'context-overflow',
  'invalid-request',
  'unauthorised',
  'content-filter',
  'interrupted',
]

/** The contract of `Model`, sentence by sentence. */
const all: readonly ModelCheck[] = [
  check('id: `provider/name`', 'answers', async ({ model }) => {
    assert.match(model.id, /^[^/\s]+\/\S+$/)
  }),

  check('stream: starts a call when it is iterated', 'answers', async ({ model, calls }) => {
    const stream = model.stream(request(), new AbortController().signal)
    await new Promise((resolve) => setTimeout(resolve, 30))
    assert.equal(calls(), 0)
    for await (const event of stream) assert.ok(event.type)
    assert.equal(calls(), 1)
  }),

  check(
    'stream: deltas are for watching; `finished` holds the whole message',
    'answers',
    async ({ model }) => {
      const events = await play(model)
      const { message, reason } = finished(events)
      const text = message.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
      assert.equal(text, answerText)
      assert.equal(deltas(events, 'text-delta'), answerText)
      assert.equal(message.role, 'assistant')
      assert.equal(reason, 'stop')
    },
  ),

  check(
    'stream: usage counts whole tokens, and parts of it are not more than the whole',
    'answers',
    async ({ model }) => {
      const { usage } = finished(await play(model))
      const { input, cached, cacheWritten, output, reasoning } = usage satisfies Usage
      for (const count of [input, cached, cacheWritten, output, reasoning]) {
        assert.ok(Number.isSafeInteger(count) && count >= 0, JSON.stringify(usage))
      }
      assert.ok(cached + cacheWritten <= input && reasoning <= output, JSON.stringify(usage))
    },
  ),

  check('stream: tool calls come whole, in order, with ids that differ', 'calls', async ({ model }) => {
    const events = await play(model)
    const { message, reason } = finished(events)
    const calls = message.content.filter((part) => part.type === 'tool-call')
    assert.deepEqual(
      calls.map(({ name, input }) => [name, input]),
      [
        ['look', { path: 'a' }],
        ['look', { path: 'b', deep: [1] }],
      ],
    )
    assert.equal(new Set(calls.map(({ id }) => id)).size, 2)
    assert.ok(calls.every(({ id, invalid }) => id !== '' && invalid === undefined))
    assert.equal(reason, 'tool-calls')
    const started = events.filter((event) => event.type === 'tool-input-started')
    assert.deepEqual(
      started.map(({ id, name }) => [id, name]),
      calls.map(({ id, name }) => [id, name]),
    )
    for (const { id, input } of calls) {
      const written = events
        .map((event) => (event.type === 'tool-input-delta' && event.id === id ? event.text : ''))
        .join('')
      assert.deepEqual(JSON.parse(written), input)
    }
  }),

  check(
    'stream: the same model serves calls side by side without mixing them',
    'calls',
    async ({ model, calls }) => {
      const streams = await Promise.all(Array.from({ length: 5 }, () => play(model)))
      for (const events of streams)
        assert.equal(finished(events).message.content.filter(({ type }) => type === 'tool-call').length, 2)
      assert.equal(calls(), 5)
    },
  ),

  check('stream: a reader that stops early disturbs nobody', 'answers', async ({ model }) => {
    for await (const event of model.stream(request(), new AbortController().signal)) {
      assert.ok(event.type)
      break
    }
    finished(await play(model))
  }),

  ...troubles.map((behaviour) =>
    check(
      `stream: must not throw once streaming began: a provider that ${behaviour} is a failure, the last event`,
      behaviour,
      async ({ model }) => {
        const { kind, message, retryable } = failure(await play(model))
        assert.ok(kinds.includes(kind), kind)
        assert.ok(message.length > 10, 'says what happened')
        assert.equal(typeof retryable, 'boolean')
      },
    ),
  ),

  check('failure: a rate limit may succeed later', 'refuses', async ({ model }) => {
    const { kind, retryable, retryAfter } = failure(await play(model))
    assert.deepEqual([kind, retryable], ['rate-limited', true])
    assert.ok(retryAfter === undefined || retryAfter >= 0)
  }),

  check(
    'failure: a stream that was cut may succeed later, and is never an answer',
    'breaks',
    async ({ model }) => {
      const { retryable } = failure(await play(model))
      assert.equal(retryable, true)
    },
  ),

  check('abort: before it began, nothing is asked of the provider', 'answers', async ({ model, calls }) => {
    assert.equal(failure(await play(model, AbortSignal.abort())).kind, 'interrupted')
    assert.equal(calls(), 0)
  }),

  check('abort: ends it with `failed` (`interrupted`) within a second', 'hangs', async ({ model }) => {
    const controller = new AbortController()
    const events: ModelEvent[] = []
    const playing = (async () => {
      for await (const event of model.stream(request(), controller.signal)) {
        events.push(event)
        setTimeout(() => controller.abort(), 20)
      }
    })()
    const early = setTimeout(() => controller.abort(), 2_000)
    await within(4_000, playing, 'the stream ends within a second of the abort')
    clearTimeout(early)
    const last = ending(events)
    assert.ok(last.type === 'failed' && last.failure.kind === 'interrupted', JSON.stringify(last))
    assert.equal(last.failure.retryable, false)
  }),
]

function deltas(events: readonly ModelEvent[], type: 'text-delta' | 'reasoning-delta'): string {
  return events.map((event) => (event.type === type ? event.text : '')).join('')
}

/** The checks that apply to a model: all but those whose provider behaves as it cannot. */
export function modelChecks(harness: ModelHarness): readonly ModelCheck[] {
  return all.filter(({ behaviour }) => !harness.lacks?.includes(behaviour))
}
