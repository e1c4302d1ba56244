import type { Milliseconds, Tool } from '@keepup/core'

import { createWorkingFiles, type WorkingFiles } from '../editing/working-files.ts'
import type { CodeIntelligence } from './code-intelligence.ts'
import { diagnosticsTool } from './diagnostics-tool.ts'
import { locationTool } from './location-tool.ts'
import { renameTool } from './rename-tool.ts'
import { symbolsTool } from './symbols-tool.ts'

/** How the tools ask. */
export interface CodeToolsOptions {
  /** How long a call waits for servers, their start included: 10 seconds. */
  readonly wait?: Milliseconds
  /** Shared with the tools that change files, so that they wait for each other and know of each other's changes. */
  readonly files?: WorkingFiles
}

/** `definition`, `diagnostics`, `references`, `rename`, `symbols`. */
export function codeTools(
  intelligence: CodeIntelligence,
  { wait = 10_000, files = createWorkingFiles() }: CodeToolsOptions = {},
): readonly Tool[] {
  return [
    locationTool(intelligence, wait, 'definition'),
    diagnosticsTool(intelligence, wait),
    locationTool(intelligence, wait, 'references'),
    renameTool(intelligence, wait, files),
    symbolsTool(intelligence, wait),
  ]
}
