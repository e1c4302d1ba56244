import { describe, expect, test } from 'vitest'

import { addUsage, costOf, noUsage } from '../src/index.ts'

describe('costs', () => {
  const price = { input: 3_000, cached: 300, cacheWritten: 3_750, output: 15_000 }

  test('count cached tokens at their own price, and only once', () => {
    const usage = { input: 100, cached: 60, cacheWritten: 10, output: 5, reasoning: 3 }
    expect(costOf(usage, price)).toBe(30 * 3_000 + 60 * 300 + 10 * 3_750 + 5 * 15_000)
  })

  test('add up exactly', () => {
    const usage = { input: 1, cached: 0, cacheWritten: 0, output: 1, reasoning: 0 }
    const total = Array.from({ length: 1_000 }).reduce<typeof usage>((sum) => addUsage(sum, usage), noUsage)
    expect(costOf(total, price)).toBe(1_000 * costOf(usage, price))
  })
})
