import type { Timestamp } from './clock.ts'

/** One call between agents that has ended, as the side saw it that made it or answered it. Holds no free text, so that it may be told to whoever keeps traces. */
export interface ObservedCall {
  readonly side: 'client' | 'server'
  /** The operation, as its protocol names it: `SendMessage`. */
  readonly method: string
  readonly start: Timestamp
  readonly end: Timestamp
  /** Where it stands (W3C Trace Context, 3.2): a client sends it along, so that what the server sees stands below it. */
  readonly traceparent: string
  /** Under what it stands; left out where nobody said. */
  readonly under?: string
  /** What is known of it, by the names of OpenTelemetry's conventions. */
  readonly attributes: Readonly<Record<string, string | readonly string[]>>
  /** What went wrong, as a code. Left out where nothing did. */
  readonly error?: string
}

/** Learns of each call once it has ended. Must not throw. */
export type ObserveCall = (call: ObservedCall) => void
