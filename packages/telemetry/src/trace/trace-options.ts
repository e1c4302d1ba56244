import type { Attributes } from '@opentelemetry/api'

import type { Profile } from '../profile.ts'
import type { TracePlace } from './trace-span.ts'

/**
 * Gives what may be told of a text, or nothing: a place to strike out secrets. `attribute` names where it would stand. One that throws tells nothing.
 */
export type Redact = (text: string, attribute: string) => string | undefined

/** How threads are told as spans. */
export interface TraceOptions {
  /** `1.41` when left out. */
  readonly profile?: Profile
  /** Also tells what people, models and tools said, through this. Nothing of it is told when left out. */
  readonly content?: Redact
  /** The agent that threads belong to which no other agent started. `keepup` when left out. */
  readonly agent?: { readonly name: string; readonly description?: string; readonly version?: string }
  /** `user.id` of every span. */
  readonly user?: string
  /** The span under which runs of threads stand that no other agent started: where a request from elsewhere asked for them. */
  readonly parent?: TracePlace
  /** What else is known of a tool by its name, such as `mcp.method.name` where a server of MCP runs it. */
  readonly tool?: (name: string) => Attributes
}
