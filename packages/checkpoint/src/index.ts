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
export { encryptedArtifacts } from './encryption/encrypted-artifacts.ts'
export { encryptedCheckpointer } from './encryption/encrypted-checkpointer.ts'
export { type FileKeyRing, fileKeyRing } from './encryption/file-key-ring.ts'
export { ringIdIn } from './encryption/ring-file.ts'
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
export { type EventfulRun, runEvents } from './run/run-events.ts'
export { createSalts } from './salt.ts'
export { sealBase } from './seal-base.ts'
export { type SealedEntry, sealEntry, type Sealing } from './seal-entry.ts'
export { type SignedHead, signHead, type SigningKeys, verifySignedHead } from './signed-head.ts'
export type { AppendOptions, OpenThread, OpenThreadOptions } from './thread/open-thread-contract.ts'
export { openThread } from './thread/open-thread.ts'
export type { Changed } from './travel/append-or-ask.ts'
export {
  type Bisected,
  type Bisecting,
  bisectPositions,
  type BisectStep,
  type Verdict,
} from './travel/bisect-positions.ts'
export { commonPast, type CommonPast } from './travel/common-past.ts'
export { type ComparedThread, compareThreads, type Comparison, familyOf } from './travel/compare-threads.ts'
export { diffPositions, type DiffOptions, type Place, type PositionsDiff } from './travel/diff-positions.ts'
export { filesAt, restoreFiles } from './travel/files-at.ts'
export {
  type FilesIntent,
  type FilesRestoreBegun,
  type FilesRestoreEnded,
  type PendingFilesRestore,
  pendingFilesRestore,
} from './travel/files-restore.ts'
export { type EditedFork, forkEdited } from './travel/fork-edited.ts'
export { type CheckpointPage, listCheckpoints, type ListedCheckpoint } from './travel/list-checkpoints.ts'
export { checkTagName, parsePosition, type Position } from './travel/parse-position.ts'
export {
  recordTest,
  type Replay,
  runRecordedTest,
  type TestedCode,
  type TestResult,
} from './travel/recorded-test.ts'
export { resolvePosition } from './travel/resolve-position.ts'
export {
  abandonFilesRestore,
  endFilesRestore,
  type FilesRewinding,
  rewindFiles,
  type RewoundFiles,
} from './travel/rewind-files.ts'
export { rewindOrAsk } from './travel/rewind-or-ask.ts'
export { type KeptFilesChange, type Spent } from './travel/spent.ts'
export {
  effectiveEntries,
  type SurveyedEntry,
  surveyThread,
  type Tag,
  type ThreadSurvey,
} from './travel/survey-thread.ts'
export { type Tagging, tagThread } from './travel/tag-thread.ts'
export { copyThreads } from './transfer/copy-threads.ts'
export { type ExportedKeys, type ExportSource, exportThreads } from './transfer/export-threads.ts'
export { checkExport, type Imported, importThreads } from './transfer/import-threads.ts'
export type { ImportTarget, ReceivedEntry, ReceivedPart, ThreadReceiver } from './transfer/thread-receiver.ts'
export type { Damage } from './upkeep/inspect-entries.ts'
export { type Retained, type Retaining, type Retention, retainThreads } from './upkeep/retain-threads.ts'
export { type Salvage, type SalvagedThread, salvageThreads } from './upkeep/salvage-threads.ts'
export { type VerifiedThread, verifyStore } from './upkeep/verify-store.ts'
export { type Verification, verifyThread } from './verify-thread.ts'
