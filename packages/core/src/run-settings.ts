import type { Milliseconds } from './clock.ts'
import type { Mode } from './decision.ts'
import type { Limits } from './limits.ts'
import type { Price } from './model.ts'

/** What a run's decisions need to know of a model. */
export interface ModelFacts {
  /** `provider/name`. */
  readonly id: string
  readonly contextWindow?: number
  readonly price?: Price
}

/** How failed model calls are repeated. */
export interface RetryPolicy {
  /** Calls of one model in one turn, the first included. */
  readonly attempts: number
  /** The wait before the second call; it doubles with each further one. */
  readonly first: Milliseconds
  /** The longest wait of our own choosing. */
  readonly longest: Milliseconds
  /** A provider that asks for a longer wait than this is given up, or left for the next model. */
  readonly patience: Milliseconds
}

/** Thresholds of the loop that are no limits of the run. */
export interface RecoveryThresholds {
  /** How often a turn may come back before the model is warned, and before the run is ended. */
  readonly repetitions: { readonly warn: number; readonly stop: number }
  /** Tokens kept back for an answer. */
  readonly answer: number
}

/** Everything that a run's decisions depend on besides its entries: recorded when it starts or is resumed, so that a replay decides alike. */
export interface RunSettings {
  /** The model, then those to fall back on. */
  readonly models: readonly [ModelFacts, ...ModelFacts[]]
  readonly limits: Limits
  readonly mode: Mode
  readonly unattended: 'deny' | 'wait'
  readonly retry: RetryPolicy
  readonly thresholds: RecoveryThresholds
  /** The folder that the agent works in, absolute, where it was told: whoever answers its questions from elsewhere knows which project they are about. */
  readonly workspace?: string
  /** The role that the agent works in, where it has one: whoever goes on with the thread holds it to that role. */
  readonly role?: string
}
