import type { Decision, GuardedCall, Policy } from '@keepup/core'

import type { RoleDefinition } from '../role/role-definition.ts'
import type { RoleRule } from '../role/role-rule.ts'
import { judgeCommandLine } from './judge-command.ts'
import { isWhole, mayUseTool } from './may-use-tool.ts'
import { fitsPathPattern, type PathPatterns } from './path-pattern.ts'
import { commandsOf, pathsOf, type PolicyPlace } from './paths-of-call.ts'
import { strictest, type Verdict } from './verdict.ts'
import { fitsWildcard } from './wildcard.ts'

/**
 * Holds a role to its tools and rules, at the coordinator: give it as a policy beside that of the mode. It only ever takes away: what it has no objection to
 * is for the others to decide.
 */
export function rolePolicy(role: RoleDefinition, place: PolicyPlace): Policy {
  const patterns: PathPatterns = new Map()
  return (call) => {
    const { name } = call.tool
    if (!mayUseTool(role, name)) return denied(role, `has no tool ${name}`)
    const rules = (role.rules ?? []).filter((rule) => fitsWildcard(rule.tool, name))
    const verdict = rules.length === 0 ? 'allow' : verdictOf(call, rules, place, patterns)
    if (verdict === 'deny') return denied(role, `may not use ${name} for this`)
    return verdict === 'ask' ? asked(role, name) : { type: 'allow' }
  }
}

function verdictOf(
  call: GuardedCall,
  rules: readonly RoleRule[],
  place: PolicyPlace,
  patterns: PathPatterns,
): Verdict {
  const commands = commandsOf(call)
  const about = rules.filter(
    ({ command, path, pathPattern }) =>
      (path === undefined && pathPattern === undefined) || command === undefined,
  )
  if (rules.some(({ command }) => command !== undefined) && commands.length > 0) {
    const spoken = about.filter(({ path, pathPattern }) => path === undefined && pathPattern === undefined)
    return strictest(commands.map((command) => judgeCommandLine(command, spoken, place)))
  }
  const paths = pathsOf(call, place)
  if (paths !== undefined) return strictest(paths.map((path) => judgePath(path, about, patterns)))
  // Nobody knows what it is about: what refuses a part of the tool is taken to mean it.
  return strictest(afterWhole(rules).map(({ decision }) => decision))
}

/** The last rule that is about the whole tool, and what comes after it. */
function afterWhole(rules: readonly RoleRule[]): readonly RoleRule[] {
  return rules.slice(
    Math.max(
      0,
      rules.findLastIndex((rule) => isWhole(rule)),
    ),
  )
}

function judgePath(path: string, rules: readonly RoleRule[], patterns: PathPatterns): Verdict {
  return rules.findLast((rule) => fitsPath(path, rule, patterns))?.decision ?? 'allow'
}

/** What refuses does not mind case: some file systems do not either. */
function fitsPath(path: string, rule: RoleRule, patterns: PathPatterns): boolean {
  if (rule.command !== undefined) return false
  const refuses = rule.decision !== 'allow'
  if (rule.pathPattern !== undefined && !fitsPathPattern(rule.pathPattern, path, patterns)) return false
  if (rule.path === undefined) return true
  return refuses ? fitsWildcard(rule.path.toLowerCase(), path.toLowerCase()) : fitsWildcard(rule.path, path)
}

function denied({ name }: RoleDefinition, why: string): Decision {
  return {
    type: 'deny',
    reason: `the role ${name} ${why}. Do it another way, or say that it cannot be done in this role.`,
  }
}

function asked({ name }: RoleDefinition, tool: string): Decision {
  const text = `the role ${name} asks before it uses ${tool} for this`
  return { type: 'ask', question: `${text}: let it?`, reasons: [{ rule: `role ${name}`, text }] }
}
