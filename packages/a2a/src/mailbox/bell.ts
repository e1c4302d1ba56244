/** Wakes one who waits for something new. */
export interface Bell {
  ring(): void
  /** Resolves once it rang since this was last called, or `stop` was aborted. */
  rang(stop: AbortSignal): Promise<void>
}

/** A bell that has not rung. */
export function createBell(): Bell {
  let hasRung = false
  let wake: (() => void) | undefined

  function wait(stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      wake = end
      stop.addEventListener('abort', end, { once: true })
      function end(): void {
        stop.removeEventListener('abort', end)
        if (wake === end) wake = undefined
        resolve()
      }
    })
  }

  return {
    ring: () => {
      hasRung = true
      wake?.()
    },
    rang: async (stop) => {
      if (!hasRung && !stop.aborted) await wait(stop)
      hasRung = false
    },
  }
}
