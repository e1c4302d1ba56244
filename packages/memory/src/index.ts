export { inMemoryIndex } from './backend/memory-index.ts'
export { ageItems, strengthOf } from './consolidate/age-items.ts'
export type { Proposal, Proposer } from './consolidate/check-proposals.ts'
export type { ConsolidateOptions, Consolidation } from './consolidate/consolidate.ts'
export { findFacts, type FoundFact } from './consolidate/find-facts.ts'
export { findProcedures, type FoundProcedure } from './consolidate/find-procedures.ts'
export { findRules } from './consolidate/find-rules.ts'
export type {
  Evidence,
  EvidenceId,
  EvidenceOrigin,
  NewEvidence,
  StoredEvidence,
} from './contract/evidence.ts'
export type { Explanation, NewFact, Remembered } from './contract/facts.ts'
export type { ItemFlag, MemoryChange, MemoryChanged, MemoryConsolidated } from './contract/memory-change.ts'
export type {
  IndexBatch,
  IndexedEvidence,
  IndexPosition,
  IndexRange,
  ItemVersion,
  MemoryIndex,
} from './contract/memory-index.ts'
export {
  type ItemId,
  type ItemStatus,
  type MemoryItem,
  type MemoryKind,
  memoryKinds,
} from './contract/memory-item.ts'
export type {
  MemoryMoment,
  Recalled,
  RecalledEvidence,
  RecalledItem,
  RecallQuery,
} from './contract/recall.ts'
export {
  isScopeId,
  overlayOrigin,
  type OverlayOrigin,
  type Scope,
  scopeId,
  type ScopeId,
} from './contract/scope.ts'
export type { Reason } from './memory/change-items.ts'
export type { CoreOptions } from './memory/core-block.ts'
export { createMemory, type Memory } from './memory/create-memory.ts'
export type { MemoryErasure } from './memory/erase-memory.ts'
export type { MemoryView } from './memory/memory-view.ts'
export type { Merged } from './memory/merge-overlay.ts'
export type { Observed } from './memory/observe.ts'
export type { Embedder, MemoryParts } from './memory/parts.ts'
export { observeThread } from './memory/observe-thread.ts'
export { proposeProcedures } from './memory/propose-procedures.ts'
export { recallBlock, withoutBlocks } from './memory/recall-block.ts'
export { type MemoryRead, memoryReadEntry, threadMemory, type ThreadMemory } from './memory/thread-memory.ts'
export { indexEvidence } from './recall/index-evidence.ts'
export type { RankedDocument } from './recall/ranked-document.ts'
export {
  memoryTools,
  type MemoryToolsParts,
  type RecallInput,
  type RememberInput,
} from './tools/memory-tools.ts'
