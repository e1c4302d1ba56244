import type { JsonValue } from '@keepup/core'

import type { FieldPlace } from '../../fields/field.ts'
import { segment } from '../../fields/file-report.ts'
import { isObject } from '../../fields/read-fields.ts'
import type { RoleDraft } from '../../role/role-draft.ts'
import type { RoleRule } from '../../role/role-rule.ts'
import { showValue } from '../../source/problem.ts'
import { ourTools } from '../../tools/our-tools.ts'
import { toolGroups } from '../../tools/tool-names.ts'

type Decision = RoleRule['decision']

/** What opencode calls a permission that covers several tools. */
const groups: Readonly<Record<string, readonly string[]>> = { edit: toolGroups['edit'] ?? [], '*': ['*'] }

/** Permissions that are about paths; `bash` is about commands, all others about a tool alone. */
const aboutPaths = new Set(['read', 'edit', 'write', 'glob', 'list'])

/** What runs see to whatever a role says. */
const seenTo: Readonly<Record<string, string>> = {
  external_directory: 'what lies outside of the workspace is for the rules of the run',
  doom_loop: 'runs end by themselves where they repeat themselves',
}

/** Takes over `permission`: one word for all, or a word or patterns for each tool. The last that fits counts, here as there. */
export function setPermission(value: JsonValue, draft: RoleDraft, at: FieldPlace): void {
  const decision = decisionOf(value)
  if (decision !== undefined) {
    draft.rules.push({ decision, tool: '*' })
    return
  }
  if (!isObject(value)) {
    wrong(value, at)
    return
  }
  for (const [key, said] of Object.entries(value)) {
    addPermission(key, said, draft, { ...at, pointer: at.pointer + segment(key) })
  }
}

function addPermission(key: string, said: JsonValue, draft: RoleDraft, at: FieldPlace): void {
  const seen = Object.hasOwn(seenTo, key) ? seenTo[key] : undefined
  if (seen !== undefined) at.report.leave(at.pointer, said, seen)
  else if (key === 'task') addTask(said, draft, at)
  else if (decisionOf(said) === undefined && !isObject(said)) wrong(said, at)
  else addRules(key, said, draft, at)
}

function addRules(key: string, said: JsonValue, draft: RoleDraft, at: FieldPlace): void {
  const known = ourTools(key, groups)
  if (known?.length === 0) {
    at.report.leave(at.pointer, said, 'there is no tool like it here')
    return
  }
  // A name that nothing here knows may still be that of a tool of a server: what is refused stays refused.
  const tools = known ?? [key, `mcp__${key.replace(/_/, '__')}`]
  for (const [pattern, action] of patternsOf(said)) {
    const decision = decisionOf(action)
    if (decision === undefined) wrong(action, { ...at, pointer: at.pointer + segment(pattern) })
    else for (const tool of tools) draft.rules.push(...ruleOf(key, tool, pattern, decision, at))
  }
}

function patternsOf(said: JsonValue): readonly (readonly [string, JsonValue])[] {
  return isObject(said) ? Object.entries(said) : [['*', said]]
}

function ruleOf(
  key: string,
  tool: string,
  pattern: string,
  decision: Decision,
  { report, pointer }: FieldPlace,
): readonly RoleRule[] {
  if (pattern === '*') return [{ decision, tool }]
  if (key === 'bash') return tool === 'shell' ? [{ decision, tool, command: pattern }] : []
  if (aboutPaths.has(key)) return [{ decision, tool, path: pattern }]
  if (decision === 'allow') return []
  report.leave(
    pointer + segment(pattern),
    decision,
    `it is not told apart by what is asked for: it holds for all of ${tool}`,
  )
  return [{ decision, tool }]
}

/** Whom it may start: patterns of names, of which the last that fits counts. */
function addTask(said: JsonValue, { role, rules }: RoleDraft, at: FieldPlace): void {
  const to = patternsOf(said).flatMap(([pattern, action]) => {
    const decision = decisionOf(action)
    if (decision === undefined) wrong(action, { ...at, pointer: at.pointer + segment(pattern) })
    return decision === 'deny' ? [`!${pattern}`] : decision === undefined ? [] : [pattern]
  })
  if (patternsOf(said).some(([, action]) => action === 'ask'))
    rules.push({ decision: 'ask', tool: 'delegate_to_agent' })
  // Where nothing is said of an agent, opencode lets it be started.
  role.delegates = { ...role.delegates, to: to[0] === '*' || to[0] === '!*' ? to : ['*', ...to] }
  if (to.every((pattern) => pattern.startsWith('!*')))
    rules.push({ decision: 'deny', tool: 'delegate_to_agent' })
}

function decisionOf(value: JsonValue | undefined): Decision | undefined {
  return value === 'allow' || value === 'ask' || value === 'deny' ? value : undefined
}

function wrong(value: JsonValue, { report, pointer }: FieldPlace): void {
  report.wrong(
    pointer,
    `is ${showValue(value)}`,
    'write allow, ask or deny, or patterns with one of them each',
  )
}

/** Takes over `tools`, the older way: which tools are there, by name and pattern. */
export function setToolSwitches(value: JsonValue, draft: RoleDraft, at: FieldPlace): void {
  if (!isObject(value)) {
    at.report.wrong(at.pointer, `is ${showValue(value)}`, 'write TOOL: true or TOOL: false lines')
    return
  }
  for (const [name, on] of Object.entries(value)) {
    const place = { ...at, pointer: at.pointer + segment(name) }
    if (typeof on !== 'boolean')
      place.report.wrong(place.pointer, `is ${showValue(on)}`, 'write true or false')
    else addRules(name, on ? 'allow' : 'deny', draft, place)
  }
}
