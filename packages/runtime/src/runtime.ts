import type {
  AgentEvent,
  EventEmitter,
  Flush,
  NewSignal,
  RunAgent,
  Sequence,
  SignalReceipt,
  ThreadId,
} from '@keepup/core'
import type { AgentState } from '@keepup/loop'

/** Runs agents over the parts it was given. */
export interface Runtime {
  /**
   * Runs a thread until it is finished or waits, and yields what happens. Without `input` it goes on where the thread stopped, also after a crash.
   * Leaving the iteration interrupts the run.
   */
  readonly run: RunAgent
  /** Sends signals to threads, whoever runs them. Durable when it resolves. */
  signal(signals: readonly NewSignal[], flush?: Flush): Promise<readonly SignalReceipt[]>
  /** The state of a thread, now or as it was at a position. */
  state(thread: ThreadId, at?: Sequence): Promise<AgentState>
  /** Every event of every run of this runtime. */
  readonly events: EventEmitter<AgentEvent>
}
