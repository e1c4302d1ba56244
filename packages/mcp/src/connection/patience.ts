import { type Clock, type Milliseconds, startAlarm } from '@keepup/core'

/** How long a request may take. */
export interface PatienceOptions {
  /** Without a sign of life. */
  readonly idle: Milliseconds
  /** Altogether. */
  readonly longest: Milliseconds
  readonly clock: Clock
}

/** The time of one request, which stands still while a person is asked. */
export interface Patience {
  /** Aborted when the time is over. */
  readonly signal: AbortSignal
  /** Says what was waited for in vain; `undefined` while there is time. */
  over(): { readonly reason: string; readonly after: Milliseconds } | undefined
  /** The server gave a sign of life. */
  alive(): void
  /** A person is asked, until the returned function is called. */
  pause(): () => void
  /** To be called once the request has ended. Idempotent. */
  end(): void
}

/** Starts the time of a request. */
export function startPatience({ idle, longest, clock }: PatienceOptions): Patience {
  const controller = new AbortController()
  let over: ReturnType<Patience['over']>
  let ended = false
  let pauses = 0
  const expire = (reason: string, after: Milliseconds) => (): void => {
    if (ended || pauses > 0) return
    over = { reason, after }
    controller.abort(new Error(reason))
  }
  const startIdle = (): (() => void) =>
    startAlarm(clock, idle, expire(`It gave no answer for ${idle} ms`, idle))
  const startLongest = (): (() => void) =>
    startAlarm(clock, longest, expire(`It took longer than ${longest} ms altogether`, longest))
  let stopIdle = startIdle()
  let stopLongest = startLongest()
  return {
    signal: controller.signal,
    over: () => over,
    alive() {
      if (ended) return
      stopIdle()
      stopIdle = startIdle()
    },
    pause() {
      pauses++
      let paused = true
      return () => {
        if (!paused) return
        paused = false
        pauses--
        if (ended || pauses > 0) return
        stopIdle()
        stopLongest()
        stopIdle = startIdle()
        stopLongest = startLongest()
      }
    },
    end() {
      ended = true
      stopIdle()
      stopLongest()
    },
  }
}
