import type { Sequence } from '@keepup/core'

import type { EvidenceOrigin } from '../contract/evidence.ts'
import type { RankedDocument } from '../recall/ranked-document.ts'

type Fields = readonly [string, string, EvidenceOrigin, number, string, number, number, number]

/** A document as it is stored: its fields in a fixed order. */
export function documentText(document: RankedDocument): string {
  const { session, speaker, origin, at, words, size, length, traits } = document
  const fields: Fields = [session, speaker, origin, at, words, size, length, traits]
  return JSON.stringify(fields)
}

/** The inverse of {@link documentText}. */
export function documentOf(sequence: Sequence, text: string): RankedDocument {
  // What the function above wrote.
  const [session, speaker, origin, at, words, size, length, traits] = JSON.parse(text) as Fields
  return { sequence, session, speaker, origin, at, words, size, length, traits }
}
