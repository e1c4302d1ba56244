import { type Clock, type Milliseconds, systemClock } from '@keepup/core'

/** The clock of this machine, which can be set forwards and back. Sleeping takes real time. */
export interface ShiftingClock extends Clock {
  /** Moves the present by so much; back where it is negative. */
  shift(duration: Milliseconds): void
}

/** Makes a clock that starts at the present. */
export function createShiftingClock(): ShiftingClock {
  let offset = 0
  return {
    now: () => Date.now() + offset,
    sleep: (duration, signal) => systemClock.sleep(duration, signal),
    shift: (duration) => {
      offset += duration
    },
  }
}
