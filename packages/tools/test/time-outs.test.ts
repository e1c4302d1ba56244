import { setTimeout as delay } from 'node:timers/promises'

import { systemClock } from '@keepup/core'
import { expect, test } from 'vitest'

import { createToolCoordinator } from '../src/index.ts'
import { contextOf } from './fake-call.ts'
import { givesWhatThereIs, hastyClock, type Run, running, text, untilAborted } from './work-tool.ts'

test('a call that takes too long is told to stop and timed out', async () => {
  const finished = await running(untilAborted, { timeout: 10 })
  expect(finished.outcome).toEqual({ type: 'timed-out', after: 10 })
})

const explicit: Run = (_, { signal }) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ type: 'completed', output: text('just in time') }))
  })

test('what a tool gives when it is told to stop is kept', async () => {
  expect((await running(givesWhatThereIs, {}, { timeout: 10 })).outcome).toEqual({
    type: 'timed-out',
    after: 10,
    output: text('half'),
  })
  expect((await running(explicit, { timeout: 10 })).outcome.type).toBe('completed')
})

test('a tool that does not stop is abandoned, and its late failure harms nobody', async () => {
  const fails: ((error: Error) => void)[] = []
  const deaf: Run = () =>
    new Promise((_resolve, reject) => {
      fails.push(reject)
    })
  const finished = await running(deaf, {}, { clock: hastyClock })
  expect(finished.outcome).toEqual({ type: 'timed-out', after: 120_000 })
  fails[0]?.(new Error('far too late'))
  await delay(5)
})

test('a clock that fails does not end the call', async () => {
  const clock = { ...systemClock, sleep: () => Promise.reject(new Error('no time')) }
  const finished = await running(async () => text('done'), {}, { clock })
  expect(finished.outcome.type).toBe('completed')
})

test.each([{ timeout: 0 }, { timeout: Infinity }, { timeout: Number.NaN }, { outputLimit: 0 }])(
  'bounds that make no sense are refused: %j',
  (bounds) => {
    expect(() => createToolCoordinator({ registry: [], ...bounds })).toThrow(/Give/)
  },
)

test('a context that is no plain object reaches the tool whole', async () => {
  class Context {
    readonly signal = new AbortController().signal
    readonly later = 'a part of the future'
    get call() {
      return contextOf().call
    }
    get clock() {
      return systemClock
    }
    get idempotencyKey() {
      return 'key-9'
    }
    progress(): void {}
    async processStarted(): Promise<void> {}
  }
  const seen: unknown[] = []
  const look: Run = async (_, context) => {
    seen.push(context.call.key, context.idempotencyKey, 'later' in context && context.later)
    return text('')
  }
  await running(look, {}, {}, new Context())
  expect(seen).toEqual(['key-1', 'key-9', 'a part of the future'])
})
