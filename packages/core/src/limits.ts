import type { Milliseconds } from './clock.ts'
import type { Money } from './model.ts'

/** What a run may use. Whatever is left out has no bound. Reaching one leads to one more, reserved turn without tools that gives an answer. */
export interface Limits {
  /** Model calls that led to an answer, the reserved last one not counted. */
  readonly turns?: number
  /** Wall time since the run started. */
  readonly time?: Milliseconds
  /** Input and output tokens, the reserved turn included as far as it can be estimated. */
  readonly tokens?: number
  /** The same in money. A model without a known price counts as free and is marked `unpriced`. */
  readonly money?: Money
}

/** Which bound ended a run. `context`: the model's window is full. `loop`: the agent repeated itself without progress. */
export type LimitName = 'turns' | 'time' | 'tokens' | 'money' | 'context' | 'loop'

/** How a run ended, or paused. */
export type RunOutcome =
  | { readonly type: 'completed' }
  | { readonly type: 'limit-reached'; readonly limit: LimitName }
  | { readonly type: 'interrupted'; readonly reason: string }
  | { readonly type: 'stopped'; readonly reason: string }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
