import { parse } from 'smol-toml'

import { asObject } from '../as-object.ts'
import { asTexts } from '../as-texts.ts'
import { invalidRules } from '../invalid-rules.ts'
import type { PermissionRule, RuleDecision } from '../rule.ts'
import { cannotSay, type ImportDraft, type ImportedRules, startImport } from './imported-rules.ts'
import { addShellWildcard } from './shell-wildcard.ts'
import { toolNames } from './tool-names.ts'

type Said = Readonly<Record<string, unknown>>

const decisions: Readonly<Record<string, RuleDecision>> = { allow: 'allow', deny: 'deny', ask_user: 'ask' }
/** What of a rule is understood. Redirections are judged by what they write: who allows them with a command is asked about the file. */
const understood =
  /^(toolName|mcpName|commandPrefix|decision|priority|modes|denyMessage|name|description|allowRedirection)$/

/**
 * Reads the `[[rule]]` tables of Gemini CLI's policy files. The rule with the highest priority wins, the first of equal ones: so they are sorted, and the
 * last that fits wins. A condition that cannot be said makes an allow disappear and anything else a question.
 *
 * @throws KeepupError `configuration-invalid`, where it is no TOML.
 */
export function importGemini(text: string, source: string): ImportedRules {
  const draft = startImport()
  const file = parseToml(text, source)
  const tables = Array.isArray(file['rule']) ? file['rule'].map((rule) => asObject(rule) ?? {}) : []
  const sorted = tables
    .map((table, index) => ({ table, index }))
    .toSorted((a, b) => priorityOf(a.table) - priorityOf(b.table) || b.index - a.index)
  for (const { table, index } of sorted) addTable(draft, table, index + 1)
  for (const key of Object.keys(file).filter((name) => name !== 'rule')) {
    cannotSay(draft, 'ask', { tool: '*' }, { what: key, why: 'only [[rule]] is read' })
  }
  return { order: 'last-match', ...draft }
}

function parseToml(text: string, source: string): Said {
  try {
    return asObject(parse(text)) ?? {}
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error)
    throw invalidRules(source, `is not TOML: ${reason}`, 'correct that place', error)
  }
}

function priorityOf({ priority }: Said): number {
  return typeof priority === 'number' ? priority : typeof priority === 'bigint' ? Number(priority) : 0
}

function addTable(draft: ImportDraft, table: Said, number: number): void {
  const decision = typeof table['decision'] === 'string' ? decisions[table['decision']] : undefined
  const what = `[[rule]] ${number}`
  const names = namesOf(table)
  const prefixes = asTexts(table['commandPrefix'] ?? [])
  if (decision === undefined || names === undefined || prefixes === undefined) {
    cannotSay(draft, 'ask', { tool: '*' }, { what, why: 'it cannot be read' })
    return
  }
  const reason = typeof table['denyMessage'] === 'string' ? { reason: table['denyMessage'] } : {}
  const rule = { decision, prefixes, what, reason }
  const condition = conditionOf(table)
  for (const name of names) {
    if (condition === undefined) addRule(draft, name, rule)
    else addConditional(draft, subjectsOf(name, prefixes), rule, condition)
  }
}

interface ReadTable {
  readonly decision: RuleDecision
  readonly prefixes: readonly string[]
  readonly what: string
  readonly reason: { readonly reason?: string }
}

function addRule(draft: ImportDraft, name: string, { decision, prefixes, what, reason }: ReadTable): void {
  for (const prefix of prefixes) addShellWildcard(draft, decision, prefix, { what, prefix: true, ...reason })
  if (prefixes.length > 0) return
  draft.rules.push(...subjectsOf(name, []).map((subject) => ({ decision, ...subject, ...reason })))
}

function addConditional(
  draft: ImportDraft,
  subjects: readonly Subject[],
  { decision, what }: ReadTable,
  condition: string,
): void {
  for (const subject of subjects) {
    cannotSay(draft, decision, subject, { what, why: `its condition ${condition} cannot be said` })
  }
}

/** The tools that a rule speaks of. */
function namesOf({ toolName, mcpName, commandPrefix, commandRegex }: Said): readonly string[] | undefined {
  const tools = toolName === undefined ? undefined : asTexts(toolName)
  if (toolName !== undefined && tools === undefined) return undefined
  if (mcpName !== undefined) {
    const servers = asTexts(mcpName)
    return servers?.flatMap((server) =>
      (tools ?? ['*']).map((tool) => (server === '*' && tool === '*' ? 'mcp__*' : `mcp__${server}__${tool}`)),
    )
  }
  if (tools !== undefined) return tools
  return commandPrefix === undefined && commandRegex === undefined ? ['*'] : ['run_shell_command']
}

type Subject = Omit<PermissionRule, 'decision' | 'reason'>

function subjectsOf(name: string, prefixes: readonly string[]): readonly Subject[] {
  if (name !== 'run_shell_command' && name !== 'ShellTool') return toolNames(name).map((tool) => ({ tool }))
  if (prefixes.length > 0 && prefixes.every((prefix) => /^[\w./-]+( [\w./-]+)*$/.test(prefix))) {
    return prefixes.map((command) => ({ command, prefix: true }))
  }
  return [{ command: '*' }]
}

/** What narrows a rule in a way that rules here do not know. */
function conditionOf(table: Said): string | undefined {
  const strange = Object.keys(table).find((key) => !understood.test(key))
  if (strange !== undefined) return strange
  const modes = table['modes'] === undefined ? undefined : (asTexts(table['modes']) ?? [])
  return modes !== undefined && !modes.includes('default') ? `modes = ${JSON.stringify(modes)}` : undefined
}
