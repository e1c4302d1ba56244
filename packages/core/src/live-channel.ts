import type { LiveEvent } from './agent-event.ts'
import type { ThreadId } from './identifiers.ts'

/** Carries live events to whoever watches: bounded and lossy by design, in order per stream. The log, not this, is the truth. */
export interface LiveChannel extends AsyncDisposable {
  /** Never blocks and never fails: what cannot be carried is dropped. */
  publish(event: LiveEvent): void
  /** Events of a thread from now on, until the signal is aborted. A slow reader loses the oldest. */
  subscribe(thread: ThreadId, signal: AbortSignal): AsyncIterable<LiveEvent>
}
