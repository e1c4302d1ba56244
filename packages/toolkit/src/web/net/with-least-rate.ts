import type { Clock } from '@keepup/core'

import type { WebLimits } from './web-limits.ts'

/** Ends the wait below without making an error for each. */
const settled = Object.freeze(new Error('The work settled'))

/** Does work under a signal that is aborted with `slow()` once less than the least rate comes, looked at once every `rateTime`. */
export async function withLeastRate<T>(
  {
    clock,
    signal,
    limits,
  }: { readonly clock: Clock; readonly signal: AbortSignal; readonly limits: WebLimits },
  received: () => number,
  slow: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const timer = new AbortController()
  const watch = async (): Promise<void> => {
    for (let before = 0; !over.signal.aborted; before = received()) {
      await clock.sleep(limits.rateTime, timer.signal)
      if (received() - before < (limits.leastRate * limits.rateTime) / 1000) over.abort(slow())
    }
  }
  // It ends by the timer's abort, which rejects.
  void watch().catch(() => {})
  const either = AbortSignal.any([signal, over.signal])
  try {
    return await work(either)
  } catch (error) {
    either.throwIfAborted()
    throw error
  } finally {
    timer.abort(settled)
  }
}
