import type { Timestamp } from '@keepup/core'
import type { Attributes } from '@opentelemetry/api'

/** Something that happened at a moment of a span. */
export interface TraceMoment {
  readonly name: string
  readonly time: Timestamp
  readonly attributes: Attributes
}

/** Where a span stands, as W3C Trace Context spells it: 32 and 16 hexadecimal digits. */
export interface TracePlace {
  readonly traceId: string
  readonly spanId: string
}

/** A span that has ended. The same entries always give the same one, ids included, so that it may be told again. */
export interface TraceSpan extends TracePlace {
  readonly parent?: TracePlace
  readonly name: string
  /** `client` where another system was called, `server` where another one called. */
  readonly kind: 'internal' | 'client' | 'server'
  readonly start: Timestamp
  readonly end: Timestamp
  readonly attributes: Attributes
  /** What went wrong, without free text: a code. Left out where nothing did. */
  readonly error?: string
  readonly moments: readonly TraceMoment[]
}
