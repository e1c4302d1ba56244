/** Joins callers that want the same at the same time. */
export type SharedFlight<T> = (
  key: string,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
) => Promise<T>

interface Flight<T> {
  readonly result: Promise<T>
  readonly stop: AbortController
  waiting: number
}

/** Does the work of a key once for all who ask meanwhile; it is aborted when nobody waits any more. */
export function sharedFlight<T>(): SharedFlight<T> {
  const flights = new Map<string, Flight<T>>()
  const begin = (key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const stop = new AbortController()
    const result = work(stop.signal).finally(() => {
      if (flights.get(key) === flight) flights.delete(key)
    })
    const flight: Flight<T> = { result, stop, waiting: 0 }
    flights.set(key, flight)
    return flight
  }
  return async (key, work, signal) => {
    signal.throwIfAborted()
    const flight = flights.get(key) ?? begin(key, work)
    flight.waiting++
    const { promise, reject } = Promise.withResolvers<never>()
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([flight.result, promise])
    } finally {
      signal.removeEventListener('abort', abort)
      flight.waiting--
      if (flight.waiting === 0) {
        if (flights.get(key) === flight) flights.delete(key)
        flight.stop.abort(new Error('Nobody waits for it any more'))
      }
    }
  }
}
