import type { AgentEntry } from './agent-entries.ts'
import type { CallId, CallKey, RunId, Sequence, ThreadId } from './identifiers.ts'

/** An entry, announced once it was committed. */
export type DurableEvent = AgentEntry

/** Where a live event stands: `stream` names one attempt of one call, `after` the last entry before it, `offset` counts within the stream. */
export interface LivePosition {
  readonly live: true
  readonly thread: ThreadId
  /** Late joiners and retries discard parts of an older stream of the same turn. */
  readonly stream: string
  readonly after: Sequence
  readonly offset: number
}

/** What is shown while it happens and never stored. */
export type LiveEvent = LivePosition &
  (
    | { readonly type: 'text-streamed'; readonly run: RunId; readonly text: string }
    | { readonly type: 'reasoning-streamed'; readonly run: RunId; readonly text: string }
    | {
        readonly type: 'tool-input-streamed'
        readonly call: CallId
        readonly tool: string
        readonly text: string
      }
    | {
        readonly type: 'tool-progressed'
        readonly key: CallKey
        readonly tool: string
        readonly text: string
      }
  )

/** Everything that happens to an agent. */
export type AgentEvent = DurableEvent | LiveEvent

/** The types of {@link AgentEvent}. */
export type AgentEventType = AgentEvent['type']

/** Listeners are derived from the union. */
export type AgentEventMap = { [Event in AgentEvent as Event['type']]: Event }

/** Whether an event is passing and not stored. */
export function isLive(event: AgentEvent): event is LiveEvent {
  return 'live' in event
}
