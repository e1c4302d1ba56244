import type { Sequence } from '@keepup/core'

/** How little the first places count more than the next: the constant of Cormack, Clarke and Büttcher (2009). */
const damping = 60

/** Joins rankings by reciprocal rank fusion. Best first; of equals what stands first in the first ranking. */
export function fuseRanks(
  rankings: readonly (readonly Sequence[])[],
): readonly { readonly sequence: Sequence; readonly score: number }[] {
  const scores = new Map<Sequence, number>()
  for (const ranking of rankings) {
    for (const [place, sequence] of ranking.entries()) {
      scores.set(sequence, (scores.get(sequence) ?? 0) + 1 / (damping + place + 1))
    }
  }
  return [...scores].map(([sequence, score]) => ({ sequence, score })).toSorted((a, b) => b.score - a.score)
}
