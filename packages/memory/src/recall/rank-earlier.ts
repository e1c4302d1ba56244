import type { Sequence } from '@keepup/core'

import type { RankedDocument } from './ranked-document.ts'
import { ScopeIndex } from './scope-index.ts'
import type { StemOf } from './stem-of.ts'
import { addTermScores, lengthsWithNeighbours } from './weigh-terms.ts'

const saturation = { k1: 0.9, b: 0.6 }

/**
 * Ranks earlier statements by the words they share with a later one: what the later one may contradict or update stands in front. Plain BM25, each statement by itself;
 * best first, of equals the later one.
 */
export function rankEarlier(
  earlier: readonly RankedDocument[],
  later: RankedDocument,
  stemOf: StemOf,
): readonly Sequence[] {
  const index = new ScopeIndex(stemOf)
  // Each in a session of its own: neighbours lend nothing.
  for (const [number, document] of earlier.entries()) index.add({ ...document, session: String(number) })
  const size = index.documents.length
  const stems = new Set(later.words.split(' ').map(stemOf))
  const terms = [...stems].map((stem) => ({
    weight: 1,
    parts: index.ofStem(stem).map((postings) => ({ postings, times: 1 })),
  }))
  const scores = new Float64Array(size)
  addTermScores(
    index,
    terms,
    lengthsWithNeighbours(index, size, index.lengths, index.heads),
    saturation,
    scores,
  )
  return [...scores.keys()]
    .filter((number) => (scores[number] ?? 0) > 0)
    .toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || b - a)
    .map((number) => earlier[number]?.sequence ?? 0)
}
