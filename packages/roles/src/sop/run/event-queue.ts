import { isLiveSopEvent, type SopEvent } from './sop-event.ts'

/** How many live events may wait for a slow reader; the newest beyond that are dropped. */
const liveBound = 10_000

/**
 * The events of one run, which begins when the first is asked for. Leaving the iteration early aborts it, and waits until it has ended; a run that fails fails the iteration.
 */
export async function* eventsOf(
  run: (signal: AbortSignal, announce: (event: SopEvent) => void) => Promise<void>,
  signal: AbortSignal | undefined,
): AsyncGenerator<SopEvent, undefined> {
  const abort = new AbortController()
  const stop = (): void => abort.abort(signal?.reason)
  if (signal?.aborted === true) stop()
  signal?.addEventListener('abort', stop, { once: true })
  const waiting: SopEvent[] = []
  let live = 0
  let wake: (() => void) | undefined
  let ended = false
  const announce = (event: SopEvent): void => {
    if (isLiveSopEvent(event) && (live += 1) > liveBound) return
    waiting.push(event)
    wake?.()
  }
  const running = run(abort.signal, announce).finally(() => {
    ended = true
    wake?.()
  })
  // Its failure is told below.
  running.catch(() => {})
  try {
    for (;;) {
      const event = waiting.shift()
      if (event !== undefined) {
        if (isLiveSopEvent(event)) live -= 1
        yield event
      } else if (ended) {
        await running
        return undefined
      } else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    signal?.removeEventListener('abort', stop)
    abort.abort()
    await running.catch(() => {})
  }
}
