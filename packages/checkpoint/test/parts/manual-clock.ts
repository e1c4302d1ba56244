import type { Clock, Milliseconds } from '@keepup/core'

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves on and lets every sleeper whose time has come go on. */
  pass(duration: Milliseconds): Promise<void>
  readonly sleepers: number
}

/** Makes a clock that starts at a million. */
export function manualClock(): ManualClock {
  let now = 1_000_000
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>()
  return {
    now: () => now,
    get sleepers() {
      return sleepers.size
    },
    sleep: (duration, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: now + duration, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(new Error('The sleep was aborted'))
        })
      }),
    async pass(duration) {
      now += duration
      for (const sleeper of [...sleepers].filter(({ until }) => until <= now)) {
        sleepers.delete(sleeper)
        sleeper.wake()
      }
      // Several rounds, as what was woken goes on in steps.
      for (let round = 0; round < 20; round += 1) await Promise.resolve()
    },
  }
}
