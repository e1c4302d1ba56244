import type { FinishReason, JsonValue, ModelFailure, Usage } from '@keepup/core'

import type { AnswerDraft } from './answer-draft.ts'

/** Reads one provider's answer into a draft. */
export interface AnswerDecoder {
  readonly draft: AnswerDraft
  /** Takes one document of the stream, or the whole answer of a server that does not stream. Throws `model-failed` for one that tells of a failure. */
  take(document: JsonValue, event: string): void
  /** `finished`: the answer is complete, its usage may follow. `done`: nothing more need be read. */
  readonly stage: 'open' | 'finished' | 'done'
  /** What is known once the answer ended. */
  ended(): DecodedEnd
}

/** How an answer ended. */
export interface DecodedEnd {
  /** Undefined while the provider has not said that it finished. */
  readonly reason: FinishReason | undefined
  /** Undefined where the provider told no numbers. */
  readonly usage: Usage | undefined
  /** In nano-dollars, where the provider says. */
  readonly cost?: number | undefined
  /** Instead of an answer. */
  readonly failure?: ModelFailure | undefined
}
