import type { Model } from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { describe, expect, test } from 'vitest'

import { collect, dataOf, harness, outcomeOf, types } from './harness.ts'

const failing = (kind: string, retryable: boolean, more: object = {}) => ({
  fail: { kind, message: kind, retryable, ...more },
})

/** A model that fails a number of times, whatever it is asked, then answers. */
function flaky(times: number, failure: object): Model {
  let calls = 0
  const bad = scriptedModel({ steps: [{ ...failure, repeat: true }] })
  const good = scriptedModel({ steps: [{ text: 'there', repeat: true }] })
  return {
    ...good,
    stream: (request, signal) => ((calls += 1) <= times ? bad : good).stream(request, signal),
  }
}

describe('a model that fails', () => {
  test('is asked again after a wait, and each attempt is recorded', async () => {
    const events = await collect(harness({ model: flaky(2, failing('overloaded', true)) }).run, {
      input: 'Hi',
    })
    expect(dataOf(events, 'model-failed')).toMatchObject([
      { attempt: 1, next: 'retry', failure: { kind: 'overloaded' } },
      { attempt: 2, next: 'retry' },
    ])
    expect(dataOf(events, 'model-called').map(({ attempt }) => attempt)).toEqual([1, 2, 3])
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' }, turns: 1 })
  })

  test('is waited for as long as it asks', async () => {
    const slept: number[] = []
    const { parts } = harness({})
    const clock = {
      ...parts.clock,
      sleep: (duration: number, signal?: AbortSignal) => (
        slept.push(duration),
        parts.clock.sleep(Math.min(duration, 5), signal)
      ),
    }
    await collect(
      harness({ clock, model: flaky(1, failing('rate-limited', true, { retryAfter: 1_234 })) }).run,
      { input: 'Hi' },
    )
    expect(slept).toContain(1_234)
  })

  test('gives way to the fallback, which stays in use', async () => {
    const models = [
      scriptedModel({ id: 'a/first', steps: [{ ...failing('unauthorised', false), repeat: true }] }),
      scriptedModel({ id: 'b/second', steps: [{ text: 'from b', repeat: true }] }),
    ] as const
    const events = await collect(harness({ models }).run, { input: 'Hi' })
    expect(dataOf(events, 'model-failed')).toMatchObject([{ model: 'a/first', next: 'fallback' }])
    expect(dataOf(events, 'assistant-message')).toMatchObject([{ model: 'b/second' }])
  })

  test('ends the run as failed when nothing is left, and the thread can be gone on with', async () => {
    const { run } = harness({ model: flaky(1, failing('invalid-request', false)) })
    expect(outcomeOf(await collect(run, { input: 'Hi' }))).toMatchObject({
      outcome: { type: 'failed', code: 'model-failed' },
    })
    expect(outcomeOf(await collect(run))).toMatchObject({ outcome: { type: 'completed' }, text: 'there' })
  })

  test.each([['cut'], ['throws'], ['two-ends'], ['unknown-event'], ['malformed']])(
    'streaming garbage (%s) never breaks the log',
    async (garbage) => {
      const model = scriptedModel({ steps: [{ text: 'half', garbage, repeat: true }] })
      const events = await collect(
        harness({ model, retry: { attempts: 2, first: 1, longest: 1, patience: 1 } }).run,
        { input: 'Hi' },
      )
      expect(types(events).at(-1)).toBe('run-finished')
    },
  )

  test('that says it was interrupted although nobody did is not called for ever', async () => {
    const model = flaky(1_000, failing('interrupted', false))
    const events = await collect(harness({ model }).run, { input: 'Hi' })
    expect(dataOf(events, 'model-failed')).toHaveLength(5)
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'failed', code: 'model-failed' } })
  })

  test('that does not heed an abort is left alone within seconds', async () => {
    const deaf: Model = {
      id: 'test/deaf',
      async *stream() {
        yield { type: 'text-delta', text: 'I' }
        await new Promise(() => {})
      },
    }
    const stop = new AbortController()
    const { run } = harness({ model: deaf })
    const events: string[] = []
    for await (const event of run({ thread: 't', input: 'Hi', signal: stop.signal })) {
      events.push(event.type)
      if (event.type === 'text-streamed') stop.abort(new Error('enough'))
    }
    expect(events.slice(-3)).toEqual(['run-interrupted', 'model-failed', 'run-finished'])
  })
})
