export { checkAppend, checkHeader, checkSignal, checkThread } from './check-header.ts'
export { decodeText, decodeValue } from './decode-value.ts'
export { diffStates, type StateChange } from './diff-states.ts'
export {
  type EffectiveHistory,
  type EffectiveRange,
  effectiveRanges,
  type Line,
  type Rewind,
} from './effective-ranges.ts'
export { encodeValue } from './encode-value.ts'
export { chainHash, dataHash, entryHash, type EntryHeader, genesisHash } from './entry-hash.ts'
export { foldEntries } from './fold-entries.ts'
export { forkThread } from './fork-thread.ts'
export { canonicalLabel, canonicalLabels, labelId } from './label-id.ts'
export { leaseHeld, leaseLost } from './lease-error.ts'
export { memoryArtifacts, type MemoryArtifacts } from './memory/memory-artifacts.ts'
export { memoryCheckpointer, type MemoryCheckpointerOptions } from './memory/memory-checkpointer.ts'
export { operatingSystem, type OperatingSystem } from './operating-system.ts'
export { currentOwner, isOwnerDead } from './owner.ts'
export { readState, type ReadState } from './read-state.ts'
export {
  type ReplayCheckpointer,
  replayCheckpointer,
  type ReplayOptions,
} from './replay/replay-checkpointer.ts'
export { createReplayCursor, type ReplayCursor } from './replay/replay-cursor.ts'
export { type Rewinding, rewindThread } from './rewind-thread.ts'
export { createSalts } from './salt.ts'
export { sealBase } from './seal-base.ts'
export { type SealedEntry, sealEntry, type Sealing } from './seal-entry.ts'
export type { AppendOptions, OpenThread, OpenThreadOptions } from './thread/open-thread-contract.ts'
export { openThread } from './thread/open-thread.ts'
export { type Verification, verifyThread } from './verify-thread.ts'
