import type { Model } from '@keepup/core'

/**
 * What the provider behind a model does.
 * - `answers`: streams the text {@link answerText} and stops.
 * - `calls`: asks for two calls, `look` with `{ "path": "a" }` and `look` with `{ "path": "b", "deep": [1] }`.
 * - `refuses`: says that the rate limit is reached (HTTP 429 where there is HTTP).
 * - `breaks`: cuts the stream after some text.
 * - `babbles`: streams what its protocol does not allow.
 * - `hangs`: streams some text, then nothing more, for minutes.
 * - `is-away`: cannot be reached.
 */
export type ProviderBehaviour = 'answers' | 'calls' | 'refuses' | 'breaks' | 'babbles' | 'hangs' | 'is-away'

/** What a model whose provider answers must say. */
export const answerText = 'Grüße, 🌍! The answer has two\nlines.'

/** A model and the provider behind it. */
export interface ModelUnderTest {
  readonly model: Model
  /** How many calls reached the provider. */
  readonly calls: () => number
  readonly dispose: () => Promise<void>
}

/** What the suite needs of a model. */
export interface ModelHarness {
  /** A model whose provider behaves so for every request. */
  readonly create: (behaviour: ProviderBehaviour) => Promise<ModelUnderTest>
  /** What the provider behind it cannot do. */
  readonly lacks?: readonly ProviderBehaviour[]
}
