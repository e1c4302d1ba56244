import { describe, expect, test } from 'vitest'

import { type Clock, startAlarm, systemClock } from '../src/index.ts'

const clockOfItsOwn: Clock = {
  now: () => Date.now(),
  sleep: (duration, signal) => systemClock.sleep(duration, signal),
}

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

describe('an alarm', () => {
  const clocks = [
    ['on the clock of the machine', systemClock],
    ['on any other clock', clockOfItsOwn],
  ] as const

  test.each(clocks)('%s rings once, and not where it was stopped', async (_, clock) => {
    const rung: string[] = []
    const stopAtOnce = startAlarm(clock, 1, () => rung.push('stopped at once'))
    const stopLater = startAlarm(clock, 20, () => rung.push('stopped later'))
    stopAtOnce()
    stopAtOnce()
    await new Promise<void>((resolve) => {
      startAlarm(clock, 5, () => {
        rung.push('first')
        stopLater()
        startAlarm(clock, 30, resolve)
      })
    })
    expect(rung).toEqual(['first'])
  })

  test('never rings on a clock that fails', async () => {
    const failing = { now: () => 0, sleep: () => Promise.reject(new Error('no time')) }
    let rung = 0
    const stop = startAlarm(failing, 1, () => (rung += 1))
    await systemClock.sleep(5)
    stop()
    expect(rung).toBe(0)
  })
})
