import type { AgentEvent } from '@keepup/core'

/** Shows the events of a run as they happen. */
export interface RunOutput {
  /** Resolves once the reader has room for more. */
  show(event: AgentEvent): Promise<void>
  /** Says something to a person while the run goes on. */
  warn(text: string): Promise<void>
  /** A person is asked meanwhile: nothing is drawn until something is shown again. */
  pause(): Promise<void>
  /** Nothing more will happen. */
  end(): Promise<void>
  /** Aborted once nobody reads any more. */
  readonly closed: AbortSignal
}
