import type { Clock, Milliseconds } from '@keepup/core'

/** Ends the waits below without making an error for each. */
const settled = Object.freeze(new Error('The work settled'))

/**
 * Does work under a signal that is aborted with `late()` once the time is over, or with the outer signal's reason. Rejects at the latest then with that
 * reason, once the work has stopped.
 */
export async function withDeadline<T>(
  {
    clock,
    signal,
    time,
  }: { readonly clock: Clock; readonly signal: AbortSignal; readonly time: Milliseconds },
  late: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timer = new AbortController()
  const over = new AbortController()
  clock.sleep(time, timer.signal).then(
    () => over.abort(late()),
    () => {},
  )
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
