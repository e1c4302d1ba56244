import type { AgentRole } from '@keepup/core'

import { isWhole, mayUseTool } from '../policy/may-use-tool.ts'
import { fitsWildcard } from '../policy/wildcard.ts'
import { editTools } from '../tools/tool-names.ts'
import { callableName } from './callable-name.ts'
import type { RoleDefinition } from './role-definition.ts'

/** How a role becomes one that agents may start. */
export interface AgentRoleOptions {
  /**
   * Whether `rolePolicy` stands at the coordinator of those who are started. Where it does not, nobody would hold them to rules about commands and paths, so
   * tools that have such rules are not given.
   */
  readonly rulesHeld?: boolean
}

const changing = ['write', ...editTools, 'rename', 'shell', 'code', 'computer']

/**
 * A role as others may start it. Its name is brought to what models may call: lower-case letters, digits and hyphens.
 */
export function agentRole(role: RoleDefinition, { rulesHeld = false }: AgentRoleOptions = {}): AgentRole {
  const { description, system, model, limits, mode } = role
  const tools = (tool: string): boolean => mayUseTool(role, tool) && (rulesHeld || !isRuled(role, tool))
  return {
    name: callableName(role.name.replaceAll(/[*?!]/g, '-')),
    description: description === '' ? `the role ${role.name}` : description,
    system,
    tools,
    ...(model === undefined ? {} : { model }),
    ...(limits === undefined ? {} : { limits }),
    ...(mode === undefined ? {} : { mode }),
    writes: changing.some((tool) => tools(tool)) || role.isolation === 'worktree',
  }
}

function isRuled({ rules = [] }: RoleDefinition, tool: string): boolean {
  return rules.some((rule) => fitsWildcard(rule.tool, tool) && (rule.decision === 'ask' || !isWhole(rule)))
}
