import type { ModelFailure } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { afterFailure, defaultRetryPolicy } from '../src/index.ts'

const failure: ModelFailure = { kind: 'overloaded', message: 'busy', retryable: true }
const situation = { failures: 1, fallbacks: false, request: '00ff' }

describe('afterFailure', () => {
  test('doubles the wait and adds at most a quarter', () => {
    const delays = [1, 2, 3, 4].map((failures) =>
      afterFailure(defaultRetryPolicy, failure, { ...situation, failures }),
    )
    for (const [index, after] of delays.entries()) {
      const wait = 1_000 * 2 ** index
      expect(after).toMatchObject({ next: 'retry' })
      expect('delay' in after ? after.delay : -1).toBeGreaterThanOrEqual(wait)
      expect('delay' in after ? after.delay : -1).toBeLessThanOrEqual(wait * 1.25)
    }
  })

  test('waits as long as the provider asks, and not at all where that is too long', () => {
    expect(afterFailure(defaultRetryPolicy, { ...failure, retryAfter: 7 }, situation)).toEqual({
      next: 'retry',
      delay: 7,
    })
    const hour = { ...failure, retryAfter: 3_600_000 }
    expect(afterFailure(defaultRetryPolicy, hour, situation)).toEqual({ next: 'give-up' })
    expect(afterFailure(defaultRetryPolicy, hour, { ...situation, fallbacks: true })).toEqual({
      next: 'fallback',
    })
  })

  test('gives up after the last attempt and at once where repeating is useless', () => {
    expect(afterFailure(defaultRetryPolicy, failure, { ...situation, failures: 5 })).toEqual({
      next: 'give-up',
    })
    expect(afterFailure(defaultRetryPolicy, { ...failure, retryable: false }, situation)).toEqual({
      next: 'give-up',
    })
    expect(
      afterFailure(defaultRetryPolicy, { ...failure, retryable: false }, { ...situation, fallbacks: true }),
    ).toEqual({
      next: 'fallback',
    })
  })
})
