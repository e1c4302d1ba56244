import type { JsonValue } from '@keepup/core'

/** Attributes of a span by name. */
export type ToldAttributes = Readonly<Record<string, JsonValue>>

/** A span that another program told of. Times are milliseconds since 1970. */
export interface ToldSpan {
  /** 32 and 16 hexadecimal digits (W3C Trace Context). */
  readonly trace: string
  readonly span: string
  readonly parent?: string | undefined
  readonly name: string
  /** `internal`, `server`, `client`, `producer`, `consumer`. */
  readonly kind: string
  readonly start: number
  readonly end: number
  /** `service.name` of the resource. */
  readonly service: string
  readonly attributes: ToldAttributes
  /** What its status says where that is an error. */
  readonly error?: string | undefined
  readonly events: readonly {
    readonly name: string
    readonly time: number
    readonly attributes: ToldAttributes
  }[]
}
