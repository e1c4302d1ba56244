import { KeepupError, type Sequence } from '@keepup/core'

import type { Recalled, RecalledEvidence, RecalledItem, RecallQuery } from '../contract/recall.ts'
import { isScopeId, type Scope, scopeId, type ScopeId } from '../contract/scope.ts'
import { fitBudget, tokensOf } from '../recall/fit-budget.ts'
import { parseQuestion } from '../recall/parse-question.ts'
import { rankDocuments } from '../recall/rank-documents.ts'
import type { ScopeIndex } from '../recall/scope-index.ts'
import { fuseVectors } from './fuse-vectors.ts'
import { mayRead } from './may-read.ts'
import type { ResolvedParts } from './parts.ts'
import { readEvidence } from './read-evidence.ts'
import { readPast } from './read-past.ts'
import { recallItems } from './recall-items.ts'
import type { ScopeReader, ScopeReaders } from './scope-readers.ts'
import { sequenceAt } from './sequence-at.ts'

/** A scope that is asked, as of an entry. */
export interface AskedScope {
  readonly reader: ScopeReader
  readonly at: Sequence
  /** The words to rank, and how many of their documents there were by then. */
  readonly words: ScopeIndex
  readonly size: number
}

/** What was found before its text is read. */
export interface Ranked {
  readonly scope: ScopeId
  readonly sequence: Sequence
  readonly score: number
  readonly parts: Readonly<Record<string, number>>
}

const defaultLimit = 10
const longestLimit = 1_000

/** Finds what a question asks for. Writes nothing. */
export async function recall(
  parts: ResolvedParts,
  readers: ScopeReaders,
  query: RecallQuery,
): Promise<Recalled> {
  const scopes = scopesOf(query)
  const asked = await Promise.all(scopes.map((scope) => askScope(parts, readers, scope, query)))
  const items = await Promise.all(asked.map((scope) => recallItems(parts, readers, scope, query)))
  const everything = fits(asked, items.flat(), query.budget)
  const evidence = everything
    ? await readAll(parts, asked, query)
    : await findEvidence(parts, readers, asked, query)
  const found = {
    items: items.flat().toSorted(byScore),
    evidence,
    everything,
    read: asked.map(({ reader: { scope }, at }) => ({ scope, at })),
  }
  return query.budget === undefined || everything ? found : { ...found, ...fitBudget(found, query.budget) }
}

/** The scopes of a query, each once. Fails `input-invalid` without any. */
function scopesOf({ scopes }: Pick<RecallQuery, 'scopes'>): readonly ScopeId[] {
  const ids = scopes.map(resolveScope)
  if (ids.length > 0) return [...new Set(ids)]
  throw new KeepupError(
    'input-invalid',
    'A question to memory names no scope. Say whose memory to look into.',
  )
}

/** The thread of a scope, or an overlay's. */
export function resolveScope(scope: Scope | ScopeId): ScopeId {
  if (typeof scope !== 'string') return scopeId(scope)
  if (isScopeId(scope)) return scope
  throw new KeepupError(
    'input-invalid',
    `"${String(scope)}" is no scope of memory. Give its parts, such as { user: 'alice' }.`,
  )
}

async function askScope(
  parts: ResolvedParts,
  readers: ScopeReaders,
  scope: ScopeId,
  query: RecallQuery,
): Promise<AskedScope> {
  const reader = await readers.open(scope)
  const at = await sequenceAt(parts, scope, reader.at, query.asOf)
  const words = reader.words ?? (await readPast(parts, readers, reader, at, query.text))
  return { reader, at, words, size: countUntil(words, at) }
}

/** How many documents there were by an entry: they stand in its order. */
function countUntil({ documents }: ScopeIndex, at: Sequence): number {
  let low = 0
  let high = documents.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((documents[middle]?.sequence ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}

function fits(
  asked: readonly AskedScope[],
  items: readonly RecalledItem[],
  budget: number | undefined,
): boolean {
  if (budget === undefined || asked.some(({ reader }) => reader.words === undefined)) return false
  let tokens = items.reduce((sum, { text }) => sum + tokensOf(text.length), 0)
  for (const { words, size } of asked) {
    for (let document = 0; document < size; document++)
      tokens += tokensOf(words.documents[document]?.length ?? 0)
    if (tokens > budget) return false
  }
  return true
}

async function readAll(
  parts: ResolvedParts,
  asked: readonly AskedScope[],
  query: RecallQuery,
): Promise<readonly RecalledEvidence[]> {
  const all = asked.flatMap(({ reader: { scope }, words, size }) =>
    words.documents.slice(0, size).map(({ sequence }) => ({ scope, sequence, score: 0, parts: {} })),
  )
  const read = await readEvidence(parts, all)
  return read.filter(({ label }) => mayRead(label, query.reader)).toSorted((a, b) => a.at - b.at)
}

async function findEvidence(
  parts: ResolvedParts,
  readers: ScopeReaders,
  asked: readonly AskedScope[],
  query: RecallQuery,
): Promise<readonly RecalledEvidence[]> {
  const limit = Math.min(query.limit ?? defaultLimit, longestLimit)
  const ranked = await Promise.all(
    asked.map(async (scope) => fuseVectors(parts, scope, query.text, rankScope(readers, scope, query.text))),
  )
  const sorted = ranked.flat().toSorted(byScore)
  const found: RecalledEvidence[] = []
  // Read in turns: most may be shown, but it cannot be told before.
  for (let at = 0; at < sorted.length && found.length < limit; at += limit) {
    const read = await readEvidence(parts, sorted.slice(at, at + limit))
    found.push(...read.filter(({ label }) => mayRead(label, query.reader)))
  }
  return found.slice(0, limit)
}

function rankScope(
  { stemOf }: ScopeReaders,
  { reader: { scope }, words, size }: AskedScope,
  text: string,
): readonly Ranked[] {
  const question = parseQuestion(text, words.speakers(size), stemOf)
  return rankDocuments(words, question, size).map(({ document, score, parts }) => ({
    scope,
    sequence: words.documents[document]?.sequence ?? 0,
    score,
    parts,
  }))
}

function byScore(a: { readonly score: number }, b: { readonly score: number }): number {
  return b.score - a.score
}
