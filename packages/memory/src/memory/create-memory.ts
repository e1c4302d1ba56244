import { type NewId, systemClock } from '@keepup/core'

import type { NewEvidence } from '../contract/evidence.ts'
import type { Recalled, RecallQuery } from '../contract/recall.ts'
import type { Scope, ScopeId } from '../contract/scope.ts'
import { observe, type Observed } from './observe.ts'
import type { MemoryParts, ResolvedParts } from './parts.ts'
import { recall, resolveScope } from './recall.ts'
import { createScopeReaders } from './scope-readers.ts'

/** Remembers what was said and what follows from it, and finds it again. */
export interface Memory {
  /** Keeps what was said, as it was said. Idempotent by id. Blocks that `recallBlock` made are left out. */
  observe(scope: Scope | ScopeId, said: readonly NewEvidence[]): Promise<Observed>
  /** Finds what a question asks for, in the scopes that it names and in no others. Writes nothing. */
  recall(query: RecallQuery): Promise<Recalled>
}

/** Makes a memory of its parts. */
export function createMemory(given: MemoryParts): Memory {
  const newId: NewId = given.newId ?? (() => crypto.randomUUID())
  const parts: ResolvedParts = { exactLimit: 10_000, clock: systemClock, ...given, newId }
  const readers = createScopeReaders(parts)
  return {
    observe: (scope, said) => observe(parts, readers, resolveScope(scope), said),
    recall: (query) => recall(parts, readers, query),
  }
}
