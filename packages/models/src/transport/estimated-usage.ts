import type { Usage } from '@keepup/core'

import type { AnswerDraft } from './answer-draft.ts'

/** A quarter of the characters: what English text and code come to with today's tokenisers, within a third. */
const charactersPerToken = 4

/** What a call used, guessed from the length of its request and of what arrived, and marked as a guess. */
export function estimatedUsage(requestCharacters: number, draft: AnswerDraft): Usage {
  const { reasoning, all } = draft.characters()
  return {
    input: Math.ceil(requestCharacters / charactersPerToken),
    cached: 0,
    cacheWritten: 0,
    output: Math.ceil(all / charactersPerToken),
    reasoning: Math.ceil(reasoning / charactersPerToken),
    estimated: true,
  }
}
