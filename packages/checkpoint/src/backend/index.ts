export type { ArtifactRows, FoundArtifact, StoredChunk } from './artifact-rows.ts'
export { artifactsOverRows } from './artifacts-over-rows.ts'
export { checkDuration } from './check-duration.ts'
export { checkOwnEntry } from './check-own-entry.ts'
export { checkPrune, type RewoundThread } from './check-prune.ts'
export { earliestWait, isAside, waitAfter } from './earliest-wait.ts'
export { type CommitGroups, type CommitPart, groupCommits } from './group-commits.ts'
export { labelText, packLabels, type PackedLabels, parseLabel, unpackLabels } from './label-text.ts'
export {
  countFitting,
  firstSequence,
  type LineThread,
  type LocatedHistory,
  locateHistory,
  type Stretch,
  stretchesOf,
} from './located-history.ts'
export { ownerText, parseOwner } from './owner-text.ts'
export { channelFull, isBounded, notTheHead } from './channel-full.ts'
export {
  type EntryKind,
  kindText,
  parseKind,
  rareOf,
  restoreEntry,
  type StoredEntry,
} from './stored-entry.ts'
export {
  artifactNotStored,
  checkErasures,
  checkpointerClosed,
  damagedEntry,
  hasForks,
  headIsForMany,
  headMoved,
  idIsForMany,
  threadExists,
} from './thread-errors.ts'
export { type Seen, type Watched, watchThread } from './watch-thread.ts'
export { unknownPosition, unknownThread } from '../unknown-position.ts'
export type { StoreStatistics } from './store-statistics.ts'
