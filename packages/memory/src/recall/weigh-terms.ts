import type { Postings } from './postings.ts'
import type { ScopeIndex } from './scope-index.ts'
import { Tally } from './tally.ts'

/** One thing that is looked for, and how much it counts. */
export interface Term {
  readonly weight: number
  readonly parts: readonly { readonly postings: Postings; readonly times: number }[]
}

/** How fast repetition stops to count, and how much length does: the two constants of BM25. */
export interface Saturation {
  readonly k1: number
  readonly b: number
}

/** The lengths of documents with what their neighbours lend them, and the mean. */
export interface Lengths {
  readonly of: Float64Array
  readonly mean: number
}

/** Lengths over the first `size` documents. */
export function lengthsWithNeighbours(
  index: ScopeIndex,
  size: number,
  own: readonly number[],
  heads: readonly number[],
): Lengths {
  const tally = new Tally(index, size)
  for (let document = 0; document < size; document++) {
    tally.add(document, own[document] ?? 0)
    tally.lend(document, heads[document] ?? 0)
  }
  let sum = 0
  for (const length of tally.sums) sum += length
  return { of: tally.sums, mean: sum / Math.max(1, size) || 1 }
}

/**
 * Adds the BM25 scores (Robertson and Zaragoza, 2009) of terms to `scores`, over counts in which neighbours of the same session take part. Only the first
 * `scores.length` documents exist. `seen` is told of each term with its inverse document frequency and the documents that have it.
 */
export function addTermScores(
  index: ScopeIndex,
  terms: readonly Term[],
  lengths: Lengths,
  { k1, b }: Saturation,
  scores: Float64Array,
  seen?: (term: number, frequency: number, having: readonly number[]) => void,
): void {
  const tally = new Tally(index, scores.length)
  for (const [number, { weight, parts }] of terms.entries()) {
    for (const { postings, times } of parts) countPostings(tally, postings, times)
    const frequency = inverseFrequency(scores.length, tally.touched.length)
    for (const document of tally.touched) {
      const count = tally.sums[document] ?? 0
      const relative = 1 - b + (b * (lengths.of[document] ?? 0)) / lengths.mean
      const score = (weight * frequency * count * (k1 + 1)) / (count + k1 * relative)
      scores[document] = (scores[document] ?? 0) + score
    }
    if (tally.touched.length > 0) seen?.(number, frequency, tally.touched)
    tally.clear()
  }
}

/** log(1 + (N - n + 0.5) / (n + 0.5)): never negative. */
export function inverseFrequency(size: number, having: number): number {
  return Math.log(1 + (size - having + 0.5) / (having + 0.5))
}

function countPostings(tally: Tally, { documents, counts, heads }: Postings, times: number): void {
  const size = tally.sums.length
  for (let at = 0; at < documents.length; at++) {
    const document = documents[at] ?? size
    if (document >= size) return
    tally.add(document, (counts[at] ?? 0) * times)
    const head = heads[at] ?? 0
    if (head > 0) tally.lend(document, head * times)
  }
}
