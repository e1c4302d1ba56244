import type { Clock } from '@keepup/core'

import type { CallLimits } from './endpoint.ts'

/** Why a watched call was ended from this side. */
export type WatchEnd = 'interrupted' | 'connect' | 'idle' | 'total' | 'settled'

/** Ends a call that was aborted or takes too long. */
export interface CallWatch {
  /** Aborted once the call must end. */
  readonly signal: AbortSignal
  /** Why, once `signal` is aborted. */
  readonly end: WatchEnd | undefined
  /** A connection stands. */
  connected(): void
  /** The answer moved on. */
  progressed(): void
  /** The answer is complete but for its usage: what is still to come gets five seconds. */
  settling(): void
  /** Stops every timer. */
  dispose(): void
}

/**
 * Watches a call. Silence is counted in quarters of the idle limit, so it ends a call after one to one and a quarter of the limit: no timer per piece.
 */
export function watchCall(clock: Clock, limits: CallLimits, outer: AbortSignal): CallWatch {
  const controller = new AbortController()
  const timers = new AbortController()
  let end: WatchEnd | undefined
  let connected = false
  let silentQuarters = 0
  let settling = false

  function finish(reason: WatchEnd): void {
    if (end !== undefined || timers.signal.aborted) return
    end = reason
    controller.abort()
  }
  function after(duration: number, then: () => void): void {
    clock.sleep(duration, timers.signal).then(then, () => undefined)
  }
  function countSilence(): void {
    silentQuarters += 1
    if (silentQuarters > 4) finish('idle')
    else after(limits.idle / 4, countSilence)
  }
  function interrupt(): void {
    finish('interrupted')
  }

  if (outer.aborted) interrupt()
  else outer.addEventListener('abort', interrupt, { once: true })
  after(limits.connect, () => connected || finish('connect'))
  after(limits.total, () => finish('total'))
  after(limits.idle / 4, countSilence)

  return {
    signal: controller.signal,
    get end() {
      return end
    },
    connected() {
      connected = true
      silentQuarters = 0
    },
    progressed() {
      silentQuarters = 0
    },
    settling() {
      if (!settling) after(5000, () => finish('settled'))
      settling = true
    },
    dispose() {
      outer.removeEventListener('abort', interrupt)
      timers.abort()
    },
  }
}

/** What `work` comes to, or a rejection once the watch ends the call: nothing that ignores an abort holds it up. */
export function unlessEnded<T>(work: PromiseLike<T>, { signal }: CallWatch): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new Error('The call was ended'))
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    const settled = (): void => signal.removeEventListener('abort', end)
    work.then(resolve, reject).then(settled, settled)
  })
}
