import type { Clock, Milliseconds, Timestamp } from '@keepup/core'

import type { Scheduler } from './scheduler.ts'

/** The clock of a simulation: time passes only while everything waits, and then at once. */
export interface VirtualClock extends Clock {
  /** Sets the clock forwards, or back where it is negative. Sleepers do not notice: they wait for a duration. */
  jump(duration: Milliseconds): void
}

/** 2026-01-01T00:00:00Z, where every simulation starts. */
const start: Timestamp = 1_767_225_600_000

/** Makes the clock of a scheduler. */
export function createVirtualClock(scheduler: Scheduler): VirtualClock {
  let offset = 0
  return {
    now: () => start + offset + scheduler.elapsed(),
    sleep: (duration, signal) => scheduler.sleep(duration, signal),
    jump: (duration) => {
      offset += duration
    },
  }
}
