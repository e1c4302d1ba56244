import type { Question } from './parse-question.ts'
import { gramsOf, type ScopeIndex } from './scope-index.ts'
import { inverseFrequency, type Term } from './weigh-terms.ts'

const joinedWeight = 0.25
const splitWeight = 0.5
const feedback = { documents: 5, terms: 10, weight: 0.1 } as const
const nearDistance = 3

/** What a question looks for: its stems first, then its neighbouring words as one, and long words that were written as two. */
export function questionTerms(
  index: ScopeIndex,
  question: Question,
  size: number,
): { readonly terms: readonly Term[]; readonly stems: number } {
  const stems = [...new Set(question.stems)]
  const alone = stems.map((stem) => ({ weight: 1, parts: whole(index.ofStem(stem)) }))
  const joined = neighbours(question.stems).map(([first, second]) => ({
    weight: joinedWeight,
    parts: whole([index.ofPair(first, second), ...index.ofStem(`${first}${second}`)]),
  }))
  const split = question.words
    .filter((word, at) => word.length > 6 && !index.has(question.stems[at] ?? word, size))
    .map((word) => ({ weight: splitWeight, parts: whole(halves(index, word, size)) }))
  return { terms: [...alone, ...joined, ...split], stems: stems.length }
}

/** The character 4-grams of a question's words, each with how often it stands there. */
export function gramTerms(index: ScopeIndex, question: Question): readonly Term[] {
  const grams = new Map<string, number>()
  for (const word of new Set(question.words)) {
    for (const gram of gramsOf(word)) grams.set(gram, (grams.get(gram) ?? 0) + 1)
  }
  return [...grams].map(([gram, weight]) => ({ weight, parts: index.ofGram(gram) }))
}

/** Words that the best documents share and the question lacks, each at a tenth at most (pseudo-relevance feedback). */
export function feedbackTerms(index: ScopeIndex, question: Question, scores: Float64Array): readonly Term[] {
  const asked = new Set(question.stems)
  const strengths = new Map<string, number>()
  for (const document of best(scores, feedback.documents)) {
    for (const stem of index.stemsOf(document)) {
      if (asked.has(stem)) continue
      strengths.set(stem, (strengths.get(stem) ?? 0) + rarity(index, stem, scores.length))
    }
  }
  const strongest = [...strengths]
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, feedback.terms)
  const top = strongest[0]?.[1] ?? 1
  return strongest.map(([stem, strength]) => ({
    weight: (feedback.weight * strength) / top,
    parts: whole(index.ofStem(stem)),
  }))
}

/** Gathers which share of a question's stems a document has, each by its rarity. */
export function coverageOf(
  size: number,
  stems: number,
): {
  readonly shares: () => Float64Array
  readonly see: (term: number, frequency: number, having: readonly number[]) => void
} {
  const sums = new Float64Array(size)
  let total = 0
  return {
    see(term, frequency, having) {
      if (term >= stems) return
      total += frequency
      for (const document of having) sums[document] = (sums[document] ?? 0) + frequency
    },
    shares: () => (total === 0 ? sums : sums.map((sum) => sum / total)),
  }
}

/** Which share of a question's neighbouring words stand at most three words apart in a document. */
export function sharePairs(index: ScopeIndex, question: Question, size: number): Float64Array {
  const shares = new Float64Array(size)
  const pairs = neighbours(question.stems)
  for (const [first, second] of pairs) {
    for (const document of index.near(first, second, nearDistance)) {
      if (document < size) shares[document] = (shares[document] ?? 0) + 1 / pairs.length
    }
  }
  return shares
}

function neighbours(stems: readonly string[]): readonly (readonly [string, string])[] {
  const pairs = stems.slice(1).map((second, at) => [stems[at] ?? second, second] as const)
  return pairs.filter(([first, second]) => first !== second)
}

/** A word of the question that nobody wrote, where it was written as two: "skateboard" as "skate board". */
function halves(index: ScopeIndex, word: string, size: number): readonly Term['parts'][number]['postings'][] {
  for (let at = 2; at <= word.length - 2; at++) {
    const [first, second] = [index.stem(word.slice(0, at)), index.stem(word.slice(at))]
    if (!index.has(first, size) || !index.has(second, size)) continue
    const pair = index.ofPair(first, second)
    if ((pair.documents[0] ?? size) < size) return [pair]
  }
  return []
}

function best(scores: Float64Array, amount: number): readonly number[] {
  const top: number[] = []
  for (const [document, score] of scores.entries()) {
    if (score <= 0) continue
    const at = top.findIndex((each) => (scores[each] ?? 0) < score)
    if (at >= 0) top.splice(at, 0, document)
    else if (top.length < amount) top.push(document)
    if (top.length > amount) top.pop()
  }
  return top
}

function rarity(index: ScopeIndex, stem: string, size: number): number {
  let having = 0
  for (const { documents } of index.ofStem(stem))
    for (const document of documents) if (document < size) having += 1
  return inverseFrequency(size, Math.min(having, size))
}

function whole(all: readonly Term['parts'][number]['postings'][]): Term['parts'] {
  return all.map((postings) => ({ postings, times: 1 }))
}
