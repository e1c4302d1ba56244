export { createToolIndex, type ToolIndex, type ToolMatch, type ToolQuery } from './create-tool-index.ts'
export { serverTools, type ServerToolsOptions } from './server-tools.ts'
export type { SearchableTool } from './tool-text.ts'
export type { ToolOffer } from './tools/tool-offer.ts'
