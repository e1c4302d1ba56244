import type { Milliseconds, Timestamp } from '@keepup/core'

/** The first pause after a failure; each one after is twice as long, up to the longest. */
const firstPause: Milliseconds = 500
const longestPause: Milliseconds = 60_000
/** A connection that lasted as long was no failure. */
const lasting: Milliseconds = 30_000

/** How often a server failed in a row, and when it may be tried again. */
export interface Failures {
  readonly count: number
  readonly reason: string
  readonly retryAt: Timestamp
}

/** No failure. */
export const noFailures: Failures = { count: 0, reason: '', retryAt: 0 }

/** One failure more. The pause is drawn between half of it and all of it, so that many clients of one server do not come back at once. */
export function addFailure(
  { count: before }: Failures,
  reason: string,
  {
    now,
    random,
    lived = 0,
  }: { readonly now: Timestamp; readonly random: number; readonly lived?: Milliseconds },
): Failures {
  const count = lived > lasting ? 1 : before + 1
  const pause = Math.min(longestPause, firstPause * 2 ** Math.min(count - 1, 10))
  return { count, reason, retryAt: now + pause * (0.5 + random / 2) }
}
