/** A duration in milliseconds. */
export type Milliseconds = number

/** A moment in milliseconds since 1970-01-01T00:00:00Z. */
export type Timestamp = number

/** Time as a part, so that a simulation or a recording can drive it. */
export interface Clock {
  /** The present moment. May jump, also backwards: never subtract two readings to fence anything. */
  now(): Timestamp
  /** Resolves after `duration`; rejects with the signal's reason once it is aborted. Never keeps a process alive after an abort. */
  sleep(duration: Milliseconds, signal?: AbortSignal): Promise<void>
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (duration, signal) =>
    duration > longestTimer ? waitLong(duration, signal) : wait(duration, signal),
}

/** A timer of Node that is to take longer fires at once. */
const longestTimer: Milliseconds = 2 ** 31 - 1

async function waitLong(duration: Milliseconds, signal: AbortSignal | undefined): Promise<void> {
  let left = duration
  for (; left > longestTimer; left -= longestTimer) await wait(longestTimer, signal)
  await wait(left, signal)
}

function wait(duration: Milliseconds, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(asError(signal.reason))
      return
    }
    const timer = setTimeout(finish, duration)
    signal?.addEventListener('abort', abort, { once: true })
    function finish(): void {
      signal?.removeEventListener('abort', abort)
      resolve()
    }
    function abort(): void {
      clearTimeout(timer)
      reject(asError(signal?.reason))
    }
  })
}

/**
 * Calls `ring` after `duration`, once, unless the returned function was called before. On the machine's own clock without what a sleep needs besides a
 * timer, as every call of a tool waits so. A clock that fails never rings.
 */
export function startAlarm(clock: Clock, duration: Milliseconds, ring: () => void): () => void {
  if (clock.sleep === systemClock.sleep && duration <= longestTimer) return startTimer(duration, ring)
  const waiting = new AbortController()
  void ringAfter(clock.sleep(duration, waiting.signal), waiting.signal, ring)
  return () => waiting.abort(stopped)
}

/** Timers that start with the next turn of the event loop: what ends within this one needs none. */
const starting = new Set<() => void>()
let isStarting = false

function startTimer(duration: Milliseconds, ring: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  function start(): void {
    timer = setTimeout(ring, duration)
  }
  starting.add(start)
  if (!isStarting) setImmediate(startAll)
  isStarting = true
  return () => {
    starting.delete(start)
    clearTimeout(timer)
  }
}

function startAll(): void {
  isStarting = false
  for (const start of starting) start()
  starting.clear()
}

async function ringAfter(sleep: Promise<void>, stop: AbortSignal, ring: () => void): Promise<void> {
  try {
    await sleep
  } catch {
    return
  }
  if (!stop.aborted) ring()
}

/** Ends the wait of an alarm without making an error for each. */
const stopped = Object.freeze(new Error('The alarm was stopped'))

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new DOMException('The sleep was aborted', 'AbortError')
}
