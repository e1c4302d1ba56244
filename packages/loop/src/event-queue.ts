import { type AgentEvent, isLive } from '@keepup/core'

/** Carries events from a run to whoever reads it: durable ones without bound, live ones up to a bound. */
export interface EventQueue extends AsyncIterable<AgentEvent> {
  push(event: AgentEvent): void
  close(): void
}

/** How many live events may wait for a slow reader; the newest beyond that are dropped. */
const liveBound = 10_000

/** Makes a queue for one reader. */
export function createEventQueue(): EventQueue {
  let waiting: AgentEvent[] = []
  let live = 0
  let closed = false
  let wake: (() => void) | undefined

  function push(event: AgentEvent): void {
    if (isLive(event) && (live += 1) > liveBound) return
    waiting.push(event)
    wake?.()
  }
  async function* read(): AsyncGenerator<AgentEvent> {
    while (true) {
      const events = waiting
      waiting = []
      live = 0
      yield* events
      if (waiting.length > 0) continue
      if (closed) return
      await new Promise<void>((resolve) => (wake = resolve))
      wake = undefined
    }
  }
  return {
    push,
    close() {
      closed = true
      wake?.()
    },
    [Symbol.asyncIterator]: read,
  }
}
