import { judgeDocument } from './judge-document.ts'
import type { Question } from './parse-question.ts'
import { coverageOf, feedbackTerms, gramTerms, questionTerms, sharePairs } from './question-terms.ts'
import type { ScopeIndex } from './scope-index.ts'
import { scoreSessions } from './score-sessions.ts'
import { addTermScores, type Lengths, lengthsWithNeighbours, type Saturation } from './weigh-terms.ts'

/** A document that answers a question better than none, and why. */
export interface RankedHit {
  /** Its number in the index. */
  readonly document: number
  readonly score: number
  /** What came together in the score: each part over its best, then the factor. */
  readonly parts: Readonly<Record<ScorePart | 'factor', number>>
}

type ScorePart = 'words' | 'session' | 'grams' | 'coverage' | 'nearness'

/** Parts that are from 0 to 1 by themselves. */
const isShare: ReadonlySet<ScorePart> = new Set(['coverage', 'nearness'])

/** How much each part counts; those that are no shares, over their best document. */
const weights: Readonly<Record<ScorePart, number>> = {
  words: 1,
  session: 0.3,
  grams: 0.4,
  coverage: 0.2,
  nearness: 0.05,
}
const saturation: Saturation = { k1: 0.6, b: 0.6 }

/**
 * Ranks the first `size` documents of a scope (all when left out) for a question, best first; of equals the earlier one. Words count where they were said and, less,
 * where they were said beside; then the session, parts of words, and what the question asks for. No model, no training: the same constants for
 * every scope.
 */
export function rankDocuments(
  index: ScopeIndex,
  question: Question,
  size: number = index.documents.length,
): readonly RankedHit[] {
  if (size === 0) return []
  const lengths = lengthsWithNeighbours(index, size, index.lengths, index.heads)
  const gramLengths = lengthsWithNeighbours(index, size, index.gramLengths, index.gramHeads)
  const parts: Record<ScorePart, Float64Array> = {
    ...scoreWords(index, question, lengths),
    session: scoreSessions(index, question, size),
    grams: scoreGrams(index, question, gramLengths),
    nearness: sharePairs(index, question, size),
  }
  const names = Object.keys(weights) as ScorePart[] // The keys of a literal.
  const scales = names.map((name) => weights[name] / (isShare.has(name) ? 1 : maximum(parts[name]) || 1))
  const hits: RankedHit[] = []
  const isChat = index.isChat(size)
  for (let document = 0; document < size; document++) {
    const shares = names.map((name, at) => (parts[name][document] ?? 0) * (scales[at] ?? 0))
    const sum = shares.reduce((a, b) => a + b, 0)
    if (sum <= 0) continue
    const factor = judgeDocument(index, question, document, isChat)
    const [words = 0, session = 0, grams = 0, coverage = 0, nearness = 0] = shares
    hits.push({ document, score: sum * factor, parts: { words, session, grams, coverage, nearness, factor } })
  }
  return hits.toSorted((a, b) => b.score - a.score || a.document - b.document)
}

function scoreWords(
  index: ScopeIndex,
  question: Question,
  lengths: Lengths,
): { readonly words: Float64Array; readonly coverage: Float64Array } {
  const terms = questionTerms(index, question, lengths.of.length)
  const words = new Float64Array(lengths.of.length)
  const coverage = coverageOf(lengths.of.length, terms.stems)
  addTermScores(index, terms.terms, lengths, saturation, words, coverage.see)
  addTermScores(index, feedbackTerms(index, question, words), lengths, saturation, words)
  return { words, coverage: coverage.shares() }
}

function scoreGrams(index: ScopeIndex, question: Question, lengths: Lengths): Float64Array {
  const grams = new Float64Array(lengths.of.length)
  addTermScores(index, gramTerms(index, question), lengths, saturation, grams)
  return grams
}

function maximum(values: Float64Array): number {
  let best = 0
  for (const value of values) if (value > best) best = value
  return best
}
