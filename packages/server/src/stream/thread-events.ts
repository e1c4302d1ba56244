import { isLive, type LiveEvent, type Sequence, type ThreadId } from '@keepup/core'

import type { ServerParts } from '../server-parts.ts'
import type { ServerEvent } from './event-stream.ts'
import { merged } from './merged.ts'

/** So many passing events wait for a reader; beyond that the oldest are dropped, as they may be. */
const mostLive = 256

/**
 * What happens to a thread after a position, until `signal` is aborted: each entry once and in order, whichever process wrote it, and between them what is streamed
 * by runs of this process.
 */
export async function* threadEvents(
  { checkpointer, runtime }: ServerParts,
  { thread, after }: { readonly thread: ThreadId; readonly after: Sequence },
  signal: AbortSignal,
): AsyncIterable<ServerEvent> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const live: LiveEvent[] = []
  let wake: (() => void) | undefined
  const unsubscribe = runtime?.events.on('*', (event) => {
    if (!isLive(event) || event.thread !== thread) return
    if (live.length === mostLive) live.shift()
    live.push(event)
    wake?.()
  })
  // One listener for all waits: a reader may stay for days.
  either.addEventListener('abort', () => wake?.(), { once: true })
  const passing = async function* (): AsyncIterable<ServerEvent> {
    while (!either.aborted) {
      for (let event = live.shift(); event !== undefined; event = live.shift()) {
        yield { event: 'live', data: event }
      }
      await new Promise<void>((resolve) => {
        wake = resolve
        if (live.length > 0 || either.aborted) resolve()
      })
    }
  }
  const stored = async function* (): AsyncIterable<ServerEvent> {
    for await (const found of checkpointer.watch(thread, { after, signal: either })) {
      if ('entry' in found) yield { event: 'entry', id: String(found.entry.sequence), data: found.entry }
    }
  }
  try {
    yield* merged(stored(), passing())
  } finally {
    stop.abort()
    unsubscribe?.()
  }
}
