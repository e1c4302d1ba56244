import type { Milliseconds } from './clock.ts'
import type { CallId } from './identifiers.ts'
import type { JsonObject } from './json.ts'
import type { Label } from './label.ts'
import type { AssistantMessage, MessageList } from './message.ts'

/** Money in nano-dollars: whole numbers of 1e-9 USD, so that sums are exact. */
export type Money = number

/** What a call of a model used. `input` counts every prompt token, cached ones included. */
export interface Usage {
  readonly input: number
  /** Of `input`: read from the provider's cache. */
  readonly cached: number
  /** Of `input`: written to the provider's cache. */
  readonly cacheWritten: number
  /** Every generated token, reasoning included. */
  readonly output: number
  /** Of `output`: reasoning. */
  readonly reasoning: number
  /** Present where the provider told no numbers: these are estimates from the length of the texts. */
  readonly estimated?: true
}

/** No tokens at all. */
export const noUsage: Usage = { input: 0, cached: 0, cacheWritten: 0, output: 0, reasoning: 0 }

/** Prices in nano-dollars per token. */
export interface Price {
  readonly input: Money
  readonly cached: Money
  readonly cacheWritten: Money
  readonly output: Money
}

/** A tool as a model is told of it. */
export interface ToolDefinition {
  readonly name: string
  readonly description: string
  /** JSON Schema (2020-12) of the input: an object schema. */
  readonly input: JsonObject
}

/** Everything a model call depends on: a pure function of the thread's state, byte-stable in its prefix from turn to turn. */
export interface ModelRequest {
  readonly system: string
  readonly messages: MessageList
  /** Sorted by name. */
  readonly tools: readonly ToolDefinition[]
  /** `none` turns tools off while the definitions stay, so that the prefix does not change. */
  readonly toolChoice: 'auto' | 'none'
  /** In tokens. */
  readonly maxOutput?: number
  readonly temperature?: number
}

/** Why a model stopped. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other'

/** What kind of failure a model call met. */
export type ModelFailureKind =
  | 'rate-limited'
  | 'overloaded'
  | 'unavailable'
  | 'timed-out'
  | 'stream-cut'
  | 'invalid-response'
  | 'context-overflow'
  | 'invalid-request'
  | 'unauthorised'
  | 'content-filter'
  | 'interrupted'

/** How a model call failed. */
export interface ModelFailure {
  readonly kind: ModelFailureKind
  /** For a person: what happened and what to do. Never holds a key. */
  readonly message: string
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /** How long the provider asked to wait (RFC 9110 `Retry-After`). */
  readonly retryAfter?: Milliseconds
  /** The HTTP status, where there was one. */
  readonly status?: number
}

/** What a model streams. Deltas are for watching; `finished` holds the whole message. Exactly one `finished` or `failed` ends the stream. */
export type ModelEvent =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly text: string }
  | { readonly type: 'tool-input-started'; readonly id: CallId; readonly name: string }
  | { readonly type: 'tool-input-delta'; readonly id: CallId; readonly text: string }
  | {
      readonly type: 'finished'
      readonly message: AssistantMessage
      readonly reason: FinishReason
      readonly usage: Usage
      /** The model that answered, where a router or fallback chose it. */
      readonly model?: string
      /** What it cost, where the provider says; otherwise `price` decides. */
      readonly cost?: Money
      /** Where the message came from, when from elsewhere than what the model was shown: a remote agent has seen other things. Joined with what was shown. */
      readonly label?: Label
    }
  | { readonly type: 'failed'; readonly failure: ModelFailure; readonly usage?: Usage }

/**
 * A language model. `stream` starts a call when it is iterated; aborting the signal ends it with `failed` (`interrupted`) within a second.
 * Must not throw once streaming began: a failure is the last event.
 */
export interface Model {
  /** `provider/name`. */
  readonly id: string
  /** How many tokens prompt and answer may have together, where known. */
  readonly contextWindow?: number
  readonly price?: Price
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>
}

/** What `usage` costs at `price`. */
export function costOf(usage: Usage, price: Price): Money {
  const plain = usage.input - usage.cached - usage.cacheWritten
  return (
    plain * price.input +
    usage.cached * price.cached +
    usage.cacheWritten * price.cacheWritten +
    usage.output * price.output
  )
}

/** The sum of two usages. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    cached: a.cached + b.cached,
    cacheWritten: a.cacheWritten + b.cacheWritten,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
    ...(a.estimated === true || b.estimated === true ? { estimated: true as const } : {}),
  }
}
