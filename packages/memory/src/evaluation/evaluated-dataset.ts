import type { EvidenceId, NewEvidence } from '../contract/evidence.ts'

/** A question with the turns that answer it. */
export interface EvaluatedQuestion {
  readonly text: string
  readonly category: string
  /** Without repetition; never empty. */
  readonly evidence: readonly EvidenceId[]
}

/** A conversation with questions about it. */
export interface EvaluatedConversation {
  readonly id: string
  readonly turns: readonly (NewEvidence & { readonly id: EvidenceId })[]
  readonly questions: readonly EvaluatedQuestion[]
}

/** Conversations of one source. */
export interface EvaluatedDataset {
  /** `locomo`, `realtalk`, `beam-100k`, `synthetic`, … */
  readonly name: string
  readonly conversations: readonly EvaluatedConversation[]
}
