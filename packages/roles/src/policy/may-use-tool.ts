import type { ToolPolicy } from '@keepup/core'

import { callableName } from '../role/callable-name.ts'
import type { RoleDefinition } from '../role/role-definition.ts'
import type { RoleRule } from '../role/role-rule.ts'
import { fitsWildcard } from './wildcard.ts'

/** Who may use which tools: what of a role decides about that. */
type RoleTools = Pick<RoleDefinition, 'tools' | 'withheldTools' | 'rules' | 'delegates'>

/** Which tools a role has at all: for what a model is told, and for the coordinator, which refuses the others. */
export function roleToolPolicy(role: RoleTools): ToolPolicy {
  return (tool) => mayUseTool(role, tool)
}

/** Whether a role may use a tool for anything. */
export function mayUseTool(
  { tools, withheldTools = [], rules = [], delegates }: RoleTools,
  tool: string,
): boolean {
  if (tools !== undefined && !tools.some((pattern) => fitsWildcard(pattern, tool))) return false
  if (withheldTools.some((pattern) => fitsWildcard(pattern, tool))) return false
  if (tool === 'delegate_to_agent' && delegates?.to.length === 0) return false
  const about = rules.filter((rule) => fitsWildcard(rule.tool, tool))
  const last = about.findLastIndex((rule) => isWhole(rule))
  if (about[last]?.decision !== 'deny') return true
  return about.slice(last + 1).some(({ decision }) => decision !== 'deny')
}

/** Whether a rule is about a tool whatever it is used for. */
export function isWhole({ command, path, pathPattern }: RoleRule): boolean {
  return command === undefined && path === undefined && pathPattern === undefined
}

/**
 * Whether a role may hand work to another, by the name of its file or by the one that models call it by. Of the names it may hand work to the last that fits
 * counts; `!` in front takes away.
 */
export function mayDelegate({ delegates }: Pick<RoleDefinition, 'delegates'>, name: string): boolean {
  if (delegates === undefined) return true
  const last = delegates.to.findLast((said) => {
    const pattern = said.replace(/^!/, '')
    return fitsWildcard(pattern, name) || fitsWildcard(callableName(pattern), callableName(name))
  })
  return last !== undefined && !last.startsWith('!')
}
