import { describe, expect, test } from 'vitest'

import { systemClock } from '../src/index.ts'

describe('systemClock', () => {
  test('tells the time and sleeps', async () => {
    const before = Date.now()
    await systemClock.sleep(5)
    expect(systemClock.now()).toBeGreaterThanOrEqual(before + 4)
  })

  test('sleeps longer than a timer of Node can', async () => {
    const controller = new AbortController()
    const sleeping = systemClock.sleep(2 ** 31 * 3, controller.signal)
    const woken = await Promise.race([sleeping.then(() => true), systemClock.sleep(20).then(() => false)])
    expect(woken).toBe(false)
    controller.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
  })

  test('wakes with the reason of an abort, also one that came before', async () => {
    const controller = new AbortController()
    const sleeping = systemClock.sleep(60_000, controller.signal)
    controller.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    await expect(systemClock.sleep(60_000, AbortSignal.abort('text'))).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})
