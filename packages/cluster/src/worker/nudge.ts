/** Ends a wait early. */
export interface Nudge {
  readonly ring: () => void
  /** Waits for the next ring, or for the sleep; at once where it rang since the last wait. */
  wait(sleep: (stopped: AbortSignal) => Promise<void>): Promise<void>
}

/** Makes one that has not rung. */
export function createNudge(): Nudge {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring: () => {
      rung = true
      wake?.()
    },
    async wait(sleep) {
      const stop = new AbortController()
      if (!rung) {
        const ringing = new Promise<void>((resolve) => (wake = resolve))
        await Promise.race([ringing, sleep(stop.signal).catch(() => undefined)])
      }
      stop.abort()
      rung = false
      wake = undefined
    },
  }
}
