import type { Sequence } from '@keepup/core'

import type { StoredEvidence } from '../contract/evidence.ts'
import type { IndexBatch, IndexRange, ItemVersion, MemoryIndex } from '../contract/memory-index.ts'
import type { ScopeId } from '../contract/scope.ts'
import type { RankedDocument } from '../recall/ranked-document.ts'
import { createStemOf } from '../recall/stem-of.ts'

interface Rows {
  applied: Sequence
  generation: number
  readonly documents: Map<Sequence, RankedDocument>
  readonly evidence: Map<Sequence, StoredEvidence>
  readonly versions: ItemVersion[]
  readonly vectors: Map<string, Map<Sequence, Float32Array>>
}

/** Keeps rows in this process, and loses them with it: for tests and short lives. */
export function inMemoryIndex(): MemoryIndex {
  const scopes = new Map<ScopeId, Rows>()
  const stemOf = createStemOf()
  const rowsOf = (scope: ScopeId): Rows => scopes.get(scope) ?? emptyRows(0)
  return {
    position: async (scope) => {
      const { applied, generation } = rowsOf(scope)
      return { applied, generation }
    },
    apply: async (scope, batch) => {
      const rows = rowsOf(scope)
      if (rows.applied !== batch.after) return false
      scopes.set(scope, rows)
      take(rows, batch)
      return true
    },
    documents: async (scope, range) => within(rowsOf(scope).documents.values(), range),
    documentsAt: async (scope, sequences) =>
      pick(
        rowsOf(scope).documents,
        sequences.toSorted((a, b) => a - b),
      ),
    evidence: async (scope, sequences) => pick(rowsOf(scope).evidence, sequences),
    findEvidence: async (scope, ids) =>
      [...rowsOf(scope).evidence.values()].filter(({ id }) => ids.includes(id)),
    countEvidence: async (scope, range) => within(rowsOf(scope).documents.values(), range).length,
    matching: async (scope, stem, range, limit) =>
      within(rowsOf(scope).documents.values(), range)
        .filter(({ words }) => words.split(' ').some((word) => stemOf(word) === stem))
        .map(({ sequence }) => sequence)
        .toReversed()
        .slice(0, limit),
    versions: async (scope, range, item) =>
      within(rowsOf(scope).versions, range).filter(
        (version) => item === undefined || version.item.id === item,
      ),
    vectors: async (scope, embedder, range) =>
      within(
        [...(rowsOf(scope).vectors.get(embedder) ?? [])].map(([sequence, vector]) => ({ sequence, vector })),
        range,
      ),
    keepVectors: async (scope, embedder, vectors) => {
      const rows = rowsOf(scope)
      const kept = rows.vectors.get(embedder) ?? new Map<Sequence, Float32Array>()
      for (const { sequence, vector } of vectors) if (rows.documents.has(sequence)) kept.set(sequence, vector)
      rows.vectors.set(embedder, kept)
    },
    clear: async (scope) => {
      scopes.set(scope, emptyRows(rowsOf(scope).generation + 1))
    },
  }
}

function emptyRows(generation: number): Rows {
  return {
    applied: 0,
    generation,
    documents: new Map(),
    evidence: new Map(),
    versions: [],
    vectors: new Map(),
  }
}

function take(rows: Rows, { through, evidence, versions }: IndexBatch): void {
  for (const each of evidence) {
    const { sequence } = each.document
    rows.documents.set(sequence, each.document)
    rows.evidence.set(sequence, { ...each.evidence, sequence })
  }
  rows.versions.push(...versions)
  rows.applied = through
}

function within<T extends { readonly sequence: Sequence }>(
  all: Iterable<T>,
  { after, through }: IndexRange,
): T[] {
  return [...all]
    .filter(({ sequence }) => sequence > after && sequence <= through)
    .toSorted((a, b) => a.sequence - b.sequence)
}

function pick<T>(all: ReadonlyMap<Sequence, T>, sequences: readonly Sequence[]): T[] {
  return sequences.flatMap((sequence) => all.get(sequence) ?? [])
}
