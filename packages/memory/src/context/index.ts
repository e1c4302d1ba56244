export { type Calibration, calibrate, uncalibrated } from './calibrate.ts'
export type { ContextNote, ProposeNotes } from './check-notes.ts'
export {
  type ContextBudget,
  contextBudget,
  type ContextTokens,
  defaultContextBudget,
  budgetInTokens,
} from './context-budget.ts'
export { contextPolicy, type ContextPolicyOptions } from './context-policy.ts'
export { type CountTokens, estimateTokens, rememberSizes, type SizeOf } from './estimate-tokens.ts'
export { type FactsOfCall, factsOfKnownCall } from './facts-of-messages.ts'
export { factKinds, type FactKind, type Ledger, type LedgerFact } from './ledger.ts'
export { readLedgerMessage } from './ledger-text.ts'
export {
  type ContextSection,
  contextSections,
  type SectionName,
  sectionNames,
  type ShownContext,
} from './context-sections.ts'
export {
  createRepositoryMapper,
  type RepositoryMapOptions,
  type RepositoryMapper,
  type SourceFile,
} from './repository-map.ts'
