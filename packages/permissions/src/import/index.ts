export { importFormats, importRules, readRuleFile, type RuleFile } from './import-rules.ts'
export type { ImportedRules, ImportFormat, Unmapped } from './imported-rules.ts'
