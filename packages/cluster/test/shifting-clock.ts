import { type Clock, systemClock } from '@keepup/core'

/** The clock of this machine, set forward by hand. */
export interface ShiftingClock extends Clock {
  shift(duration: number): void
}

/** Makes such a clock. */
export function createShiftingClock(): ShiftingClock {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    sleep: (duration, signal) => systemClock.sleep(duration, signal),
    shift: (duration) => {
      ahead += duration
    },
  }
}
