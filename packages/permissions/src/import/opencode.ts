import { asObject } from '../as-object.ts'
import type { PermissionRule, RuleDecision } from '../rule.ts'
import { cannotSay, type ImportDraft, type ImportedRules, startImport } from './imported-rules.ts'
import { pathWildcards } from './path-wildcard.ts'
import { addShellWildcard } from './shell-wildcard.ts'
import { toolNames } from './tool-names.ts'

/** What opencode says where its user says nothing. */
const defaults: Readonly<Record<string, unknown>> = {
  '*': 'allow',
  external_directory: 'ask',
  question: 'deny',
  'plan_*': 'deny',
  read: { '*': 'allow', '*.env': 'ask', '*.env.*': 'ask', '*.env.example': 'allow' },
}

/**
 * Reads `permission` of opencode's configuration, after opencode's own defaults, of which the first allows everything. The last rule that fits wins. What
 * only some agents are forbidden becomes a question for all.
 */
export function importOpencode(value: unknown): ImportedRules {
  const draft = startImport()
  const configuration = asObject(value) ?? {}
  const permission = typeof value === 'string' ? value : (configuration['permission'] ?? bare(configuration))
  addPermission(draft, defaults, 'default')
  addPermission(draft, permission, 'permission')
  addTools(draft, configuration['tools'])
  for (const key of ['agent', 'mode']) addAgents(draft, key, configuration[key])
  return { order: 'last-match', ...draft }
}

/** A file may hold nothing but the permissions. */
function bare(configuration: Readonly<Record<string, unknown>>): unknown {
  const { $schema: _, tools, agent, mode, ...rest } = configuration
  return Object.values(rest).every((said) => decisionOf(said) !== undefined || asObject(said) !== undefined)
    ? rest
    : {}
}

function addPermission(draft: ImportDraft, permission: unknown, place: string): void {
  const decision = decisionOf(permission)
  if (decision !== undefined) {
    draft.rules.push({ decision, tool: '*' })
    return
  }
  const entries = asObject(permission)
  if (entries === undefined) {
    if (permission !== undefined) unreadable(draft, { tool: '*' }, `${place}: ${JSON.stringify(permission)}`)
    return
  }
  for (const [tool, said] of Object.entries(entries)) addEntry(draft, tool, said, place)
}

function addEntry(draft: ImportDraft, tool: string, said: unknown, place: string): void {
  const patterns = decisionOf(said) === undefined ? asObject(said) : { '*': said }
  if (patterns === undefined) {
    unreadable(draft, subjectOf(tool), `${place}.${tool}: ${JSON.stringify(said)}`)
    return
  }
  for (const [pattern, action] of Object.entries(patterns)) {
    const decision = decisionOf(action)
    const what = `${place}.${tool} "${pattern}": ${JSON.stringify(action)}`
    if (decision === undefined) unreadable(draft, subjectOf(tool), what)
    else addPattern(draft, decision, { tool, pattern, what })
  }
}

interface Entry {
  readonly tool: string
  readonly pattern: string
  readonly what: string
}

function addPattern(draft: ImportDraft, decision: RuleDecision, entry: Entry): void {
  const { tool, pattern, what } = entry
  if (tool === 'bash') addShellWildcard(draft, decision, pattern, { what })
  else if (tool === 'external_directory') addOutside(draft, decision, pattern)
  else if (tool === 'doom_loop') {
    draft.unmapped.push({ what, why: 'a run that repeats itself ends by itself, with an answer' })
  } else if (pattern === '*') {
    for (const name of toolNames(tool)) draft.rules.push({ decision, tool: name })
  } else if (Object.hasOwn(kinds, tool)) addPaths(draft, decision, kinds[tool] ?? [], pattern)
  else addOther(draft, decision, entry)
}

const kinds: Readonly<Record<string, readonly string[]>> = {
  read: ['read'],
  edit: ['write', 'delete'],
  write: ['write', 'delete'],
}

function addPaths(
  draft: ImportDraft,
  decision: RuleDecision,
  effects: readonly string[],
  pattern: string,
): void {
  for (const kind of effects) {
    for (const path of pathWildcards(pattern)) draft.rules.push({ decision, effect: `${kind}:${path}` })
  }
}

/** Folders beside the workspace. */
function addOutside(draft: ImportDraft, decision: RuleDecision, pattern: string): void {
  const paths = pattern === '*' ? ['!./**'] : pathWildcards(pattern)
  for (const path of paths) {
    for (const kind of ['read', 'write', 'delete']) draft.rules.push({ decision, effect: `${kind}:${path}` })
  }
}

function addOther(draft: ImportDraft, decision: RuleDecision, { tool, what }: Entry): void {
  for (const name of toolNames(tool)) {
    cannotSay(draft, decision, { tool: name }, { what, why: `patterns of ${tool} have no meaning here` })
  }
}

/** The older way to take tools away. */
function addTools(draft: ImportDraft, tools: unknown): void {
  for (const [tool, on] of Object.entries(asObject(tools) ?? {})) {
    if (on !== false) continue
    if (tool === 'bash') draft.rules.push({ decision: 'deny', command: '*' })
    for (const name of toolNames(tool)) draft.rules.push({ decision: 'deny', tool: name })
  }
}

/** What holds for one agent: what it is forbidden, or asked, is asked of all. */
function addAgents(draft: ImportDraft, key: string, agents: unknown): void {
  for (const [agent, configuration] of Object.entries(asObject(agents) ?? {})) {
    const { permission, tools } = asObject(configuration) ?? {}
    if (permission === undefined && tools === undefined) continue
    const own = startImport()
    addPermission(own, permission, `${key}.${agent}.permission`)
    addTools(own, tools)
    const strict = own.rules.filter(({ decision }) => decision !== 'allow')
    const reason = `${key}.${agent} is asked or forbidden it`
    draft.guards.push(...own.guards, ...strict.map((rule) => ({ ...rule, decision: 'ask' as const, reason })))
    draft.unmapped.push(...own.unmapped, {
      what: `${key}.${agent}`,
      why: `rules of one agent are not known here; ${strict.length} that ask or deny hold for all, as questions`,
    })
  }
}

/** What cannot be read may deny. */
function unreadable(
  draft: ImportDraft,
  subject: Omit<PermissionRule, 'decision' | 'reason'>,
  what: string,
): void {
  cannotSay(draft, 'ask', subject, { what, why: 'it cannot be read' })
}

function subjectOf(tool: string): Omit<PermissionRule, 'decision' | 'reason'> {
  return tool === 'bash' ? { command: '*' } : { tool: toolNames(tool)[0] ?? tool }
}

function decisionOf(value: unknown): RuleDecision | undefined {
  return value === 'allow' || value === 'ask' || value === 'deny' ? value : undefined
}
