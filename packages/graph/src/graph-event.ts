import type { AgentEvent, Sequence, ThreadId } from '@keepup/core'

import type { ChannelValues } from './channel.ts'
import type { GraphEntry } from './graph-entries.ts'

/** What is shown while a graph runs and never stored. */
export type LiveGraphEvent = {
  readonly live: true
  readonly thread: ThreadId
  /** The last entry before it. */
  readonly after: Sequence
  /** The node, after the names of the graphs that it is in; empty for the outer graph. */
  readonly scope: string
} & (
  | { readonly type: 'node-began'; readonly attempt: number }
  /** What a node shows through `emit`. */
  | { readonly type: 'node-streamed'; readonly data: unknown }
  /** What its agent does. */
  | { readonly type: 'agent-streamed'; readonly event: AgentEvent }
  /** A step has ended: the state after it. */
  | { readonly type: 'state-changed'; readonly step: number; readonly values: ChannelValues }
)

/** Everything that happens to a run of a graph: entries, once they are committed, and live events. */
export type GraphEvent = GraphEntry | LiveGraphEvent

/** Whether an event is passing and not stored. */
export function isLiveGraphEvent(event: GraphEvent): event is LiveGraphEvent {
  return 'live' in event
}
