import type { JsonObject, JsonValue } from '@keepup/core'

/** In whose words something was allowed. */
export type AllowingWord = 'permissionDecision' | 'approve' | 'allow' | 'behavior'

/** What a hook's JSON says, in whichever dialect it said it. */
export interface Answer {
  readonly allows: readonly AllowingWord[]
  /** Refusals, each with its reason; empty where none was given. */
  readonly denies: readonly string[]
  readonly asks: readonly string[]
  /** The run shall end. */
  readonly stops: readonly string[]
  /** Cline's `cancel`. */
  readonly cancels: boolean
  readonly input?: { readonly value: JsonObject; readonly merge: boolean }
  readonly output?: JsonValue
  readonly context: readonly string[]
  readonly messages: readonly string[]
  /** It goes on in the background. */
  readonly background: boolean
  /** What is not understood, or cannot be done, and matters: a guard fails of it. */
  readonly faults: readonly string[]
  /** What is not understood and does not matter. */
  readonly warnings: readonly string[]
}
