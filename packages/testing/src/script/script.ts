import type {
  FinishReason,
  JsonValue,
  Milliseconds,
  ModelFailure,
  ModelFailureKind,
  Money,
  Price,
} from '@keepup/core'

/** What a request must look like for a step to answer it. Every condition that is given must hold. */
export interface StepCondition {
  /** Found in the text of the tool results since the last answer. */
  readonly lastToolResult?: RegExp
  /** Found in the text of the latest user message. */
  readonly lastUser?: RegExp
  /** The number of the answer in the conversation, from 1. */
  readonly turn?: number
  /** Whether tools are turned off (`toolChoice: 'none'`). */
  readonly toolsOff?: boolean
}

/** A tool call that a step asks for. */
export interface ScriptedCall {
  readonly name: string
  readonly input: JsonValue
  /** Arguments that are no JSON, as a bad model would write them. `input` is then `null`. */
  readonly invalid?: string
  /** Derived from the position in the conversation when left out. */
  readonly id?: string
}

/** A failure that a step ends with. */
export type ScriptedFailure = Partial<ModelFailure> & {
  readonly kind: ModelFailureKind
  /** How many attempts at the same request fail before the next step answers it; 1 when left out. */
  readonly times?: number
}

/**
 * A stream that breaks the contract of `Model`, for tests of whoever reads it. `cut`: ends without a last event. `throws`: throws in the middle.
 * `two-ends`: finishes twice. `unknown-event`: sends an event of no known type. `malformed`: finishes with a message of the wrong shape.
 */
export type Garbage = 'cut' | 'throws' | 'two-ends' | 'unknown-event' | 'malformed'

/** One answer of a scripted model. */
export interface Step {
  readonly when?: StepCondition
  readonly reasoning?: string
  readonly text?: string
  readonly calls?: readonly ScriptedCall[]
  /** Ends the call with a failure, after whatever else the step streams. */
  readonly fail?: ScriptedFailure
  readonly garbage?: Garbage
  /** How long it thinks before the first event. */
  readonly delay?: Milliseconds
  /** How long it waits between two deltas. */
  readonly pause?: Milliseconds
  /** Characters in one delta; 24 when left out. */
  readonly chunk?: number
  /** May answer any number of times. Otherwise once in a conversation. */
  readonly repeat?: boolean
  /** Estimated at four characters per token when left out. */
  readonly usage?: { readonly input: number; readonly output: number }
  readonly cost?: Money
  readonly reason?: FinishReason
}

/** What a scripted model says, and when. The first step whose condition holds and that is not used up answers. */
export interface Script {
  /** The model's id; `scripted/script` when left out. */
  readonly id?: string
  readonly contextWindow?: number
  readonly price?: Price
  readonly steps: readonly Step[]
}
