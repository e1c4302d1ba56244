import type { Milliseconds } from '@keepup/core'

/** Timers take no more: a longer one would end at once. Nearly 25 days. */
export const longestDuration: Milliseconds = 2 ** 31 - 1

/** Whether a timer can measure so long. */
export function isDuration(duration: Milliseconds): boolean {
  return duration >= 1 && duration <= longestDuration
}
