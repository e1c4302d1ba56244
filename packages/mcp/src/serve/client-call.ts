import type { ArtifactHash, CallId, JsonValue, ThreadId, ToolOutcome } from '@keepup/core'

/** A call that a client asked for. */
export interface ClientCall {
  readonly id: CallId
  readonly name: string
  readonly input: JsonValue
  /** Aborted when the client cancels it, or is gone. */
  readonly signal: AbortSignal
  /** Hands on what the tool says meanwhile. */
  progress(text: string): void
}

/** What a call came to, as it was recorded. */
export interface CallReport {
  /** Where it was recorded. */
  readonly thread: ThreadId
  readonly outcome: ToolOutcome
  /** Those that the outcome names. */
  readonly artifacts: readonly ArtifactHash[]
}
