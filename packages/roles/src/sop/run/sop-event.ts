import type { AgentEvent, Sequence, ThreadId } from '@keepup/core'

import type { GateMoment } from './evidence.ts'
import type { SopEntry } from './sop-entries.ts'

/** What is shown while a procedure runs and never stored. */
export type LiveSopEvent = {
  readonly live: true
  readonly thread: ThreadId
  /** The last entry before it. */
  readonly after: Sequence
} & (
  | {
      readonly type: 'gate-running'
      readonly gate: string
      readonly moment: GateMoment
      readonly what: string
    }
  | { readonly type: 'gate-progressed'; readonly gate: string; readonly text: string }
  /** What an agent does, or a judge. */
  | { readonly type: 'agent-streamed'; readonly branch: string; readonly event: AgentEvent }
)

/** Everything that happens to a run of a procedure: entries, once they are committed, and live events. */
export type SopEvent = SopEntry | LiveSopEvent

/** Whether an event is passing and not stored. */
export function isLiveSopEvent(event: SopEvent): event is LiveSopEvent {
  return 'live' in event
}
