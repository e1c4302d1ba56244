import type { Sequence } from '@keepup/core'

import type { MemoryItem } from '../contract/memory-item.ts'
import type { MemoryMoment, Recalled, RecallQuery } from '../contract/recall.ts'
import type { ScopeId } from '../contract/scope.ts'
import { loadHistory } from './catch-up.ts'
import { coreBlock, type CoreOptions } from './core-block.ts'
import type { ResolvedParts } from './parts.ts'
import { recall } from './recall.ts'
import type { ScopeReaders } from './scope-readers.ts'
import { sequenceAt } from './sequence-at.ts'

/** A scope as it was known after one of its entries: later ones change nothing in it. */
export interface MemoryView {
  readonly scope: ScopeId
  readonly at: Sequence
  recall(query: Omit<RecallQuery, 'scopes' | 'asOf'>): Promise<Recalled>
  /** See `Memory.core`. */
  core(options?: CoreOptions): Promise<string>
  /** Every item, also those that were taken back, in order of their ids. */
  items(): Promise<readonly MemoryItem[]>
}

/** Opens a scope as it was known at a moment; now when left out. */
export async function viewAt(
  parts: ResolvedParts,
  readers: ScopeReaders,
  scope: ScopeId,
  moment?: MemoryMoment,
): Promise<MemoryView> {
  const reader = await readers.open(scope)
  const at = await sequenceAt(parts, scope, reader.at, moment)
  return {
    scope,
    at,
    recall: (query) => recall(parts, readers, { ...query, scopes: [scope], asOf: { sequence: at } }),
    core: (options = {}) => coreBlock(parts, scope, at, options),
    items: async () => (await loadHistory(parts, scope, at)).itemsAt(at),
  }
}
