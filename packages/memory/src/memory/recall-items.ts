import type { MemoryItem } from '../contract/memory-item.ts'
import type { RecalledItem, RecallQuery } from '../contract/recall.ts'
import { holdsAt } from '../items/holds-at.ts'
import { parseQuestion } from '../recall/parse-question.ts'
import { rankDocuments } from '../recall/rank-documents.ts'
import { ScopeIndex } from '../recall/scope-index.ts'
import { traitsOf } from '../recall/text-traits.ts'
import { contentWords, wordsOf } from '../recall/words-of.ts'
import { loadHistory } from './catch-up.ts'
import { mayRead } from './may-read.ts'
import type { ResolvedParts } from './parts.ts'
import type { AskedScope } from './recall.ts'
import type { ScopeReaders } from './scope-readers.ts'

const mostItems = 10
/** What was not repeated for long counts half. */
const dormantFactor = 0.5
/** What may not hold any more counts less. */
const staleFactor = 0.7

/** Finds the items of a scope that a question asks for: those that are known and hold at the moments it names. */
export async function recallItems(
  parts: ResolvedParts,
  { stemOf }: ScopeReaders,
  { reader: { scope }, at }: AskedScope,
  query: RecallQuery,
): Promise<readonly RecalledItem[]> {
  const history = await loadHistory(parts, scope, at)
  const now =
    query.validAt ?? (query.asOf !== undefined && 'time' in query.asOf ? query.asOf.time : parts.clock.now())
  const items = history.itemsAt(at).filter((item) => holdsAt(item, now) && isAsked(item, query))
  if (items.length === 0) return []
  const words = new ScopeIndex(stemOf)
  for (const [number, item] of items.entries()) words.add(toDocument(item, number))
  return rankDocuments(words, parseQuestion(query.text, [], stemOf))
    .flatMap(({ document, score }) => {
      const item = items[document]
      return item === undefined ? [] : [{ ...item, scope, score: score * factorOf(item) }]
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, mostItems)
}

function isAsked(item: MemoryItem, { kinds, reader }: RecallQuery): boolean {
  return (kinds?.includes(item.kind) ?? true) && mayRead(item.label, reader)
}

function factorOf({ dormant, stale }: MemoryItem): number {
  return (dormant ? dormantFactor : 1) * (stale ? staleFactor : 1)
}

function toDocument(item: MemoryItem, number: number): Parameters<ScopeIndex['add']>[0] {
  return {
    sequence: number + 1,
    // Items have no neighbours.
    session: item.id,
    speaker: 'user',
    origin: 'user',
    at: item.recordedAt,
    words: contentWords(item.text).join(' '),
    size: wordsOf(item.text).length,
    length: item.text.length,
    traits: traitsOf(item.text),
  }
}
