import type { Tool } from '@keepup/core'

import type { AgentManager } from '../agent-manager.ts'
import { cancelTool } from './cancel-tool.ts'
import { collectTool } from './collect-tool.ts'
import { delegateTool } from './delegate-tool.ts'
import { handOffTool } from './hand-off-tool.ts'

/** The tools by which a model starts agents and looks after them. */
export function agentTools(manager: Omit<AgentManager, 'tools'>): readonly Tool[] {
  return [
    delegateTool(manager),
    collectTool(manager),
    cancelTool(manager),
    handOffTool(manager),
  ] as readonly Tool[]
}
