export { type CodeInput, type CodeOptions, codeTool } from './code-tool.ts'
export type { CodeLanguage } from './interpreters.ts'
