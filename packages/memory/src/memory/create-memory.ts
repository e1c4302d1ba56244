import { type Actor, type Hash, type Receipt, type Sequence, systemClock } from '@keepup/core'

import { type Consolidation, consolidate, type ConsolidateOptions } from '../consolidate/consolidate.ts'
import type { EvidenceId, NewEvidence, StoredEvidence } from '../contract/evidence.ts'
import type { Explanation, NewFact, Remembered } from '../contract/facts.ts'
import type { ItemId } from '../contract/memory-item.ts'
import type { MemoryMoment, Recalled, RecallQuery } from '../contract/recall.ts'
import type { Scope, ScopeId } from '../contract/scope.ts'
import { catchUp } from './catch-up.ts'
import { decide, forget, pin, type Reason, undo } from './change-items.ts'
import type { CoreOptions } from './core-block.ts'
import { eraseMemory, type MemoryErasure } from './erase-memory.ts'
import { explain } from './explain.ts'
import { exportScope } from './export-scope.ts'
import { findConflicts } from './find-conflicts.ts'
import { hashScope } from './hash-scope.ts'
import { type MemoryView, viewAt } from './memory-view.ts'
import { type Merged, mergeOverlay } from './merge-overlay.ts'
import { observe, type Observed } from './observe.ts'
import type { MemoryParts, ResolvedParts } from './parts.ts'
import { recall, resolveScope } from './recall.ts'
import { remember, type Remembering } from './remember.ts'
import { createScopeReaders } from './scope-readers.ts'

/** Remembers what was said and what follows from it, and finds it again. All methods are safe to call concurrently, from any number of processes on one database. */
export interface Memory {
  /** Keeps what was said, as it was said. Idempotent by id. Blocks that `recallBlock` made are left out, and what others than persons repeat of evidence word for word. */
  observe(scope: Scope | ScopeId, said: readonly NewEvidence[]): Promise<Observed>
  /** Finds what a question asks for, in the scopes that it names and in no others. Writes nothing. */
  recall(query: RecallQuery): Promise<Recalled>
  /** Keeps a fact on purpose. What is known already is not kept twice; another value of the same key ends the older one. */
  remember(
    scope: Scope | ScopeId,
    fact: NewFact,
    remembering: { readonly by: Actor } & Partial<Remembering>,
  ): Promise<Remembered>
  /** Derives items from new evidence, in bounded passes that can be undone. */
  consolidate(scope: Scope | ScopeId, options?: ConsolidateOptions): Promise<Consolidation>
  /** Takes items back; the entry that did, for `undo`. */
  forget(scope: Scope | ScopeId, items: readonly ItemId[], reason: Reason): Promise<Sequence>
  /** Lets a proposed item hold as the person's word, or refuses it. */
  decide(
    scope: Scope | ScopeId,
    item: ItemId,
    decision: 'approve' | 'reject',
    reason: Reason,
  ): Promise<Sequence>
  /** Makes an item a candidate for the core block, or not. What is not trusted stays out of it all the same. */
  pin(scope: Scope | ScopeId, item: ItemId, isPinned: boolean, reason: Reason): Promise<Sequence>
  /** Makes the items that an entry changed what they were before it. */
  undo(scope: Scope | ScopeId, sequence: Sequence, reason: Reason): Promise<Sequence>
  /** Where an item comes from, and what became of it. */
  explain(scope: Scope | ScopeId, item: ItemId): Promise<Explanation>
  /** The scope as it was known at a moment; now when left out. */
  asOf(scope: Scope | ScopeId, moment?: MemoryMoment): Promise<MemoryView>
  /** The pinned, trusted items for the head of a prompt. */
  core(scope: Scope | ScopeId, options?: CoreOptions): Promise<string>
  /** What the same person said before that a piece of evidence may contradict, most likely first; ten at most. */
  conflicts(scope: Scope | ScopeId, evidence: EvidenceId): Promise<readonly StoredEvidence[]>
  /** Proposes what a fork's overlay holds to the scope that it lies over. */
  merge(overlay: ScopeId, reason: Reason): Promise<Merged>
  /** What a scope holds of its own, as lines of JSON. */
  export(scope: Scope | ScopeId): AsyncIterable<string>
  /** Destroys a scope, or named evidence with what was derived of it, for good. */
  erase(scope: Scope | ScopeId, erasure?: MemoryErasure): Promise<Receipt>
  /** Makes the rows of a scope anew from its entries; their hash is the same on every backend. */
  rebuild(scope: Scope | ScopeId): Promise<Hash>
  /** The hash of a scope's rows as they are. */
  hash(scope: Scope | ScopeId): Promise<Hash>
}

/** Makes a memory of its parts. */
export function createMemory(given: MemoryParts): Memory {
  const parts: ResolvedParts = {
    exactLimit: 10_000,
    clock: systemClock,
    newId: () => crypto.randomUUID(),
    ...given,
  }
  const readers = createScopeReaders(parts)
  const hash = async (scope: ScopeId): Promise<Hash> => {
    await catchUp(parts, scope)
    return hashScope(parts.index, scope)
  }
  return {
    observe: async (scope, said) => observe(parts, readers, resolveScope(scope), said),
    recall: (query) => recall(parts, readers, query),
    remember: async (scope, fact, remembering) =>
      remember(parts, resolveScope(scope), fact, {
        producer: remembering.by,
        review: false,
        why: 'remembered on purpose',
        ...remembering,
      }),
    consolidate: async (scope, options = {}) => consolidate(parts, resolveScope(scope), options),
    forget: async (scope, items, reason) => forget(parts, resolveScope(scope), items, reason),
    decide: async (scope, item, decision, reason) =>
      decide(parts, resolveScope(scope), item, decision, reason),
    pin: async (scope, item, isPinned, reason) => pin(parts, resolveScope(scope), item, isPinned, reason),
    undo: async (scope, sequence, reason) => undo(parts, resolveScope(scope), sequence, reason),
    explain: async (scope, item) => explain(parts, resolveScope(scope), item),
    asOf: async (scope, moment) => viewAt(parts, readers, resolveScope(scope), moment),
    core: async (scope, options) => (await viewAt(parts, readers, resolveScope(scope))).core(options),
    conflicts: async (scope, evidence) => findConflicts(parts, readers, resolveScope(scope), evidence),
    merge: (overlay, reason) => mergeOverlay(parts, overlay, reason),
    export: (scope) => exportScope(parts, resolveScope(scope)),
    erase: async (scope, erasure = {}) => eraseMemory(parts, readers, resolveScope(scope), erasure),
    rebuild: async (scope) => {
      readers.forget(resolveScope(scope))
      await parts.index.clear(resolveScope(scope), 'rows')
      return hash(resolveScope(scope))
    },
    hash: async (scope) => hash(resolveScope(scope)),
  }
}
