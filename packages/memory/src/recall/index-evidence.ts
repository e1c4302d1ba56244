import type { Sequence } from '@keepup/core'

import type { Evidence } from '../contract/evidence.ts'
import type { IndexedEvidence } from '../contract/memory-index.ts'
import { traits, traitsOf } from './text-traits.ts'
import { contentWords, wordsOf } from './words-of.ts'

/** What the ranker needs of a piece of evidence. Pure: the same rows on every backend. */
export function indexEvidence(sequence: Sequence, evidence: Evidence): IndexedEvidence {
  const { session, speaker, origin, at, text, caption = '' } = evidence
  const whole = caption === '' ? text : `${text}\n${caption}`
  return {
    evidence,
    document: {
      sequence,
      session,
      speaker,
      origin,
      at,
      words: contentWords(whole).join(' '),
      size: wordsOf(text).length,
      length: whole.length,
      traits: traitsOf(text) | (traitsOf(caption) & ~traits.question),
    },
  }
}
