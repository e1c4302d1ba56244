/** Lets only so many through at once, in the order they came. */
export interface Turnstile {
  /** Resolves with what gives the place back. */
  enter(): Promise<() => void>
}

/** A turnstile with so many places. */
export function createTurnstile(places: number): Turnstile {
  let free = places
  const waiting: (() => void)[] = []
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }
  return {
    async enter() {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
      let left = false
      return () => {
        if (!left) leave()
        left = true
      }
    },
  }
}
