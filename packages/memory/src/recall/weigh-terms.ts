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
    const head = heads[document] ?? 0
    lend(index, document, size, (neighbour, share) => {
      of[neighbour] = (of[neighbour] ?? 0) + head * share
    })
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
      if (head > 0) {
        lend(index, document, size, (neighbour, share) => add(counts, neighbour, head * times * share))
      }
    }
  }
  return counts
}

/** Tells each neighbour that exists how much a document lends it. */
function lend(
  index: ScopeIndex,
  document: number,
  size: number,
  give: (neighbour: number, share: number) => void,
): void {
  const behind = index.behind[document] ?? -1
  if (behind >= 0 && behind < size) {
    give(behind, lent.before)
    const next = index.behind[behind] ?? -1
    if (next >= 0 && next < size) give(next, lent.beforeThat)
  }
  const before = index.before[document] ?? -1
  if (before < 0) return
  give(before, lent.behind)
  const previous = index.before[before] ?? -1
  if (previous >= 0) give(previous, lent.behindThat)
}

function add(counts: Map<number, number>, document: number, amount: number): void {
  counts.set(document, (counts.get(document) ?? 0) + amount)
}
