import type { Sequence } from '@keepup/core'

import type { RankedDocument } from '../recall/ranked-document.ts'
import type { Evidence, EvidenceId, StoredEvidence } from './evidence.ts'
import type { ItemId, MemoryItem } from './memory-item.ts'
import type { ScopeId } from './scope.ts'

/** How far the rows of a scope go. */
export interface IndexPosition {
  /** Entries up to here are in the rows; 0 for none. */
  readonly applied: Sequence
  /** Another one after every clearing: what was remembered of rows is then forgotten. */
  readonly generation: number
}

/** A piece of evidence, with what the ranker needs of it. */
export interface IndexedEvidence {
  readonly evidence: Evidence
  readonly document: RankedDocument
}

/** An item as an entry left it. */
export interface ItemVersion {
  /** The entry. */
  readonly sequence: Sequence
  readonly item: MemoryItem
}

/** Rows that entries of a scope come to. */
export interface IndexBatch {
  /** `applied` of the rows that they follow. */
  readonly after: Sequence
  readonly through: Sequence
  readonly evidence: readonly IndexedEvidence[]
  readonly versions: readonly ItemVersion[]
}

/** Entries of a scope after the first and up to the second, by sequence. */
export interface IndexRange {
  readonly after: Sequence
  readonly through: Sequence
}

/** Keeps what is derived from the entries of scopes, so that recall reads rows instead of logs. Nothing in it is truth: `clear` loses nothing. */
export interface MemoryIndex {
  position(scope: ScopeId): Promise<IndexPosition>
  /** All or nothing. False, and nothing done, where the rows do not end at `batch.after` any more: somebody else was faster. */
  apply(scope: ScopeId, batch: IndexBatch): Promise<boolean>
  /** What the ranker needs of evidence in a range, by sequence. */
  documents(scope: ScopeId, range: IndexRange): Promise<readonly RankedDocument[]>
  /** The same by sequence; what is not there is left out. */
  documentsAt(scope: ScopeId, sequences: readonly Sequence[]): Promise<readonly RankedDocument[]>
  /** Evidence by sequence, in the order of `sequences`; what is not there is left out. */
  evidence(scope: ScopeId, sequences: readonly Sequence[]): Promise<readonly StoredEvidence[]>
  /** Evidence by name. */
  findEvidence(scope: ScopeId, ids: readonly EvidenceId[]): Promise<readonly StoredEvidence[]>
  /** How many pieces of evidence there are in a range. */
  countEvidence(scope: ScopeId, range: IndexRange): Promise<number>
  /** The newest documents in a range with that stem, newest first. */
  matching(scope: ScopeId, stem: string, range: IndexRange, limit: number): Promise<readonly Sequence[]>
  /** Every version of every item that an entry in the range made, by sequence. */
  versions(scope: ScopeId, range: IndexRange, item?: ItemId): Promise<readonly ItemVersion[]>
  /** Vectors of evidence in a range, by sequence. */
  vectors(
    scope: ScopeId,
    embedder: string,
    range: IndexRange,
  ): Promise<readonly { readonly sequence: Sequence; readonly vector: Float32Array }[]>
  /** Keeps vectors; those of documents that are not there any more are ignored. */
  keepVectors(
    scope: ScopeId,
    embedder: string,
    vectors: readonly { readonly sequence: Sequence; readonly vector: Float32Array }[],
  ): Promise<void>
  /**
   * Removes every row of a scope; the next `apply` begins anew. `traces`: also what files may still hold of them. Fails `keys-required`, and removes nothing, where
   * that needs keys that were not given.
   */
  clear(scope: ScopeId, what: 'rows' | 'traces'): Promise<void>
}
