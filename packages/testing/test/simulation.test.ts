import { readFileSync } from 'node:fs'

import { KeepupError } from '@keepup/core'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { createSimulation, simulate } from '../src/simulation.ts'

const seeds = Array.from({ length: 40 }, (_, index) => index + 1)

afterEach(() => vi.unstubAllEnvs())

describe('one seed drives', () => {
  async function record(seed: number): Promise<readonly string[]> {
    return createSimulation(seed).run(async ({ clock, newId, newSalt, random, turn }) => {
      const seen: string[] = []
      const start = clock.now()
      await Promise.all(
        ['a', 'b', 'c', 'd'].map(async (name) => {
          for (let round = 0; round < 3; round++) {
            await (round === 1 ? clock.sleep(1_000) : turn())
            seen.push(`${name}${round} at ${clock.now() - start}`)
          }
        }),
      )
      return [...seen, newId(), newSalt(), String(random.below(1_000_000)), random.pick(['x', 'y', 'z'])]
    })
  }

  test('order, time, ids, salts and chance', async () => {
    expect(await record(1)).toEqual(await record(1))
    const runs = await Promise.all(seeds.map(record))
    expect(new Set(runs.map((run) => run.slice(0, 4).join())).size).toBeGreaterThan(10)
    expect(new Set(runs.map((run) => run.at(-4))).size).toBe(seeds.length)
    expect(runs[0]?.at(-3)).toMatch(/^[0-9a-f]{32}$/)
  })

  test('streams of chance that do not shift each other', () => {
    const [one, other] = [createSimulation(7), createSimulation(7)]
    one.random.next()
    expect(one.newId()).toBe(other.newId())
    expect(one.random.derive('x').next()).toBe(other.random.derive('x').next())
    const draws = Array.from({ length: 2_000 }, () => one.random.next())
    expect(Math.min(...draws)).toBeLessThan(0.01)
    expect(Math.max(...draws)).toBeGreaterThan(0.99)
    expect(Math.max(...draws)).toBeLessThan(1)
    expect(() => one.random.pick([])).toThrow(RangeError)
  })
})

describe('virtual time', () => {
  test('passes only while everything waits, and then at once', async () => {
    await simulate(1, async ({ clock }) => {
      const start = clock.now()
      const order: string[] = []
      await Promise.all([
        clock.sleep(86_400_000).then(() => order.push(`day ${clock.now() - start}`)),
        clock.sleep(1_000).then(() => order.push(`second ${clock.now() - start}`)),
        clock.sleep(0).then(() => order.push(`none ${clock.now() - start}`)),
      ])
      expect(order).toEqual(['none 0', 'second 1000', 'day 86400000'])
    })
  })

  test('a clock that jumps does not wake sleepers', async () => {
    await simulate(1, async ({ clock }) => {
      const start = clock.now()
      const sleeping = clock.sleep(10_000).then(() => clock.now() - start)
      clock.jump(-3_600_000)
      expect(await sleeping).toBe(10_000 - 3_600_000)
    })
  })

  test('a sleep ends with the reason of its signal', async () => {
    await simulate(1, async ({ clock }) => {
      const controller = new AbortController()
      const sleeping = clock.sleep(10_000, controller.signal)
      controller.abort(new RangeError('enough'))
      await expect(sleeping).rejects.toThrow('enough')
      await expect(clock.sleep(1, AbortSignal.abort())).rejects.toThrow('aborted')
      await clock.sleep(20_000, new AbortController().signal)
    })
  })
})

describe('a simulation that fails', () => {
  test('names its seed in the last line of the message, and keeps the error', async () => {
    const failure = simulate(4_711, async ({ turn }) => {
      await turn()
      throw new KeepupError('internal', 'It broke.')
    })
    await expect(failure).rejects.toThrow(/It broke\.\nSEED=4711$/)
    await expect(failure).rejects.toMatchObject({ code: 'internal' })
    const frozen = simulate(5, () => Promise.reject(Object.freeze(new Error('cold'))))
    await expect(frozen).rejects.toThrow(/cold\nSEED=5$/)
    // oxlint-disable-next-line prefer-promise-reject-errors -- what is no error must be reported as well
    await expect(simulate(6, () => Promise.reject('text'))).rejects.toThrow(/text\nSEED=6$/)
  })

  test('is replayed by KEEPUP_SEED', async () => {
    vi.stubEnv('KEEPUP_SEED', '99')
    expect(await simulate(1, async ({ seed }) => seed)).toBe(99)
    vi.stubEnv('KEEPUP_SEED', 'ninety')
    await expect(simulate(1, async ({ seed }) => seed)).rejects.toThrow('KEEPUP_SEED must be a whole number')
    vi.stubEnv('KEEPUP_SEED', '')
    expect(await simulate(1, async ({ seed }) => seed)).toBe(1)
  })

  test('ends where it goes round in circles, or waits for ever', async () => {
    const circle = simulate(
      1,
      async ({ turn }) => {
        for (;;) await turn()
      },
      { steps: 50 },
    )
    await expect(circle).rejects.toThrow(/did not end within 50 steps.*\nSEED=1$/s)
    const stalled = simulate(2, () => new Promise(() => undefined), { stall: 20 })
    await expect(stalled).rejects.toThrow(/stalled.*\nSEED=2$/s)
  })

  test('waits for real work that is under way', async () => {
    const read = await simulate(1, async ({ turn }) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      await turn()
      return readFileSync(import.meta.filename, 'utf8').length
    })
    expect(read).toBeGreaterThan(100)
  })
})
