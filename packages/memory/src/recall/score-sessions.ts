import type { Question } from './parse-question.ts'
import type { ScopeIndex } from './scope-index.ts'
import { inverseFrequency } from './weigh-terms.ts'

const k1 = 1.2
const b = 0.75

/** The BM25 score of each document's whole session. */
export function scoreSessions(index: ScopeIndex, question: Question, size: number): Float64Array {
  const lengths = new Float64Array(index.sessions)
  const existing = new Set<number>()
  for (let document = 0; document < size; document++) {
    const session = index.sessionOf[document] ?? 0
    existing.add(session)
    lengths[session] = (lengths[session] ?? 0) + (index.lengths[document] ?? 0)
  }
  const mean = lengths.reduce((a, c) => a + c, 0) / existing.size || 1
  const scores = new Float64Array(index.sessions)
  for (const stem of new Set(question.stems)) {
    const counts = countBySession(index, stem, size)
    const frequency = inverseFrequency(existing.size, counts.size)
    for (const [session, count] of counts) {
      const relative = 1 - b + (b * (lengths[session] ?? 0)) / mean
      scores[session] = (scores[session] ?? 0) + (frequency * count * (k1 + 1)) / (count + k1 * relative)
    }
  }
  return Float64Array.from({ length: size }, (_, document) => scores[index.sessionOf[document] ?? 0] ?? 0)
}

function countBySession(index: ScopeIndex, stem: string, size: number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const { documents, counts: own } of index.ofStem(stem)) {
    for (const [at, document] of documents.entries()) {
      if (document >= size) break
      const session = index.sessionOf[document] ?? 0
      counts.set(session, (counts.get(session) ?? 0) + (own[at] ?? 0))
    }
  }
  return counts
}
