/** Lets one at a time do something, in the order in which they came. */
export interface Turns {
  /** Waits for the others, then works; rejects without working where the signal is aborted before. */
  take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve()
  return {
    take(signal, work) {
      const mine = last.then(() => {
        signal.throwIfAborted()
        return work()
      })
      last = mine.catch(() => {})
      return mine
    },
  }
}
