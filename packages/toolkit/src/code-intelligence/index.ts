export type { Check } from '../findings/check.ts'
export type { Finding, Severity } from '../findings/finding.ts'
export {
  type AskOptions,
  type CodeIntelligence,
  type CodeIntelligenceOptions,
  createCodeIntelligence,
  type Found,
} from './code-intelligence.ts'
export { codeTools } from './code-tools.ts'
export type { EditedFile } from './diagnose-edits.ts'
export type { DiagnosticsReport } from './diagnose-files.ts'
export { diagnosticsCheck } from './diagnostics-check.ts'
export { knownServers } from './known-servers.ts'
export type { LanguageServer, ProjectFolder, ServerLaunch } from './language-server.ts'
export type { NamePlace } from './navigate.ts'
export type { FileEdits, TextEdit } from './plan-rename.ts'
export type { Location, Position, Range } from './read-answer.ts'
export type { FoundSymbol } from './read-symbols.ts'
export type { ServerAnswer } from './server-answer.ts'
export type { KeepingTimes } from './server-starter.ts'
export { type DiagnosticsOptions, withDiagnostics } from './with-diagnostics.ts'
