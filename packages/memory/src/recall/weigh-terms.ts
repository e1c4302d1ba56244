import type { Postings } from './postings.ts'
import type { ScopeIndex } from './scope-index.ts'

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

/** What a document's neighbours lend it: the one before, the one before that, the one behind, the one behind that. */
const lent = { before: 0.4, beforeThat: 0.2, behind: 0.2, behindThat: 0.08 } as const

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
  const of = new Float64Array(size)
  let sum = 0
  for (let document = 0; document < size; document++) {
    of[document] = (of[document] ?? 0) + (own[document] ?? 0)
    lend(index, of, document, heads[document] ?? 0, size)
  }
  for (const length of of) sum += length
  return { of, mean: sum / Math.max(1, size) || 1 }
}

/**
 * Adds the BM25 scores (Robertson and Zaragoza, 2009) of terms to `scores`, over counts in which neighbours of the same session take part. Only the first
 * `lengths.of.length` documents exist. `seen` is told of each term with its inverse document frequency and the counts of the documents that have it.
 */
export function addTermScores(
  index: ScopeIndex,
  terms: readonly Term[],
  lengths: Lengths,
  { k1, b }: Saturation,
  scores: Float64Array,
  seen?: (term: number, frequency: number, counts: ReadonlyMap<number, number>) => void,
): void {
  const size = scores.length
  for (const [number, { weight, parts }] of terms.entries()) {
    const counts = countTerm(index, parts, size)
    if (counts.size === 0) continue
    const frequency = inverseFrequency(size, counts.size)
    for (const [document, count] of counts) {
      const relative = 1 - b + (b * (lengths.of[document] ?? 0)) / lengths.mean
      scores[document] =
        (scores[document] ?? 0) + (weight * frequency * count * (k1 + 1)) / (count + k1 * relative)
    }
    seen?.(number, frequency, counts)
  }
}

/** log(1 + (N - n + 0.5) / (n + 0.5)): never negative. */
export function inverseFrequency(size: number, having: number): number {
  return Math.log(1 + (size - having + 0.5) / (having + 0.5))
}

function countTerm(index: ScopeIndex, parts: Term['parts'], size: number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const { postings, times } of parts) {
    for (const [at, document] of postings.documents.entries()) {
      if (document >= size) break
      add(counts, document, (postings.counts[at] ?? 0) * times)
      const head = postings.heads[at] ?? 0
      if (head > 0) lendCount(index, counts, document, head * times, size)
    }
  }
  return counts
}

function lendCount(
  index: ScopeIndex,
  counts: Map<number, number>,
  document: number,
  head: number,
  size: number,
): void {
  const behind = index.behind[document] ?? -1
  if (behind >= 0 && behind < size) {
    add(counts, behind, head * lent.before)
    const next = index.behind[behind] ?? -1
    if (next >= 0 && next < size) add(counts, next, head * lent.beforeThat)
  }
  const before = index.before[document] ?? -1
  if (before < 0) return
  add(counts, before, head * lent.behind)
  const previous = index.before[before] ?? -1
  if (previous >= 0) add(counts, previous, head * lent.behindThat)
}

function lend(index: ScopeIndex, lengths: Float64Array, document: number, head: number, size: number): void {
  const behind = index.behind[document] ?? -1
  if (behind >= 0 && behind < size) {
    lengths[behind] = (lengths[behind] ?? 0) + head * lent.before
    const next = index.behind[behind] ?? -1
    if (next >= 0 && next < size) lengths[next] = (lengths[next] ?? 0) + head * lent.beforeThat
  }
  const before = index.before[document] ?? -1
  if (before < 0) return
  lengths[before] = (lengths[before] ?? 0) + head * lent.behind
  const previous = index.before[before] ?? -1
  if (previous >= 0) lengths[previous] = (lengths[previous] ?? 0) + head * lent.behindThat
}

function add(counts: Map<number, number>, document: number, amount: number): void {
  counts.set(document, (counts.get(document) ?? 0) + amount)
}
