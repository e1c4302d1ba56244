import type { AgentEvent } from './agent-event.ts'
import type { Mode } from './decision.ts'
import type { SignalId, ThreadId } from './identifiers.ts'
import type { Label } from './label.ts'
import type { Limits } from './limits.ts'
import type { UserMessage } from './message.ts'

/** What to run. Without `input` the thread goes on where it stopped. */
export interface RunRequest {
  readonly thread: ThreadId
  readonly input?: string | UserMessage['content']
  /** Makes sending the same input twice one message. A new id when left out. */
  readonly inputId?: SignalId
  /** Where `input` came from: another agent or a workflow says what it made it of. The user's trusted words when left out. */
  readonly label?: Label
  readonly limits?: Limits
  readonly mode?: Mode
  /** What to do when a call must be asked about and nobody is there: deny it within a second, or wait durably. `deny` when left out. */
  readonly unattended?: 'deny' | 'wait'
  /** Interrupts the run: it checkpoints and ends with outcome `interrupted`. */
  readonly signal?: AbortSignal
}

/** Runs an agent without knowing its loop. Ends with a `run-finished` or `run-waiting` event; fails only where nothing could be recorded. */
export type RunAgent = (request: RunRequest) => AsyncIterable<AgentEvent>
