import { asObject } from '../as-object.ts'
import { asTexts } from '../as-texts.ts'
import type { RuleDecision } from '../rule.ts'
import { cannotSay, type ImportDraft, type ImportedRules, startImport } from './imported-rules.ts'
import { addShellWildcard } from './shell-wildcard.ts'
import { toolNames } from './tool-names.ts'

const modes: Readonly<Record<string, string>> = {
  default: 'ask',
  plan: 'plan',
  acceptEdits: 'auto-edit',
  auto: 'auto',
  bypassPermissions: 'yolo',
}

/** Reads `permissions` of Claude Code's settings: `allow`, `ask`, `deny`, `additionalDirectories`, `defaultMode`. */
export function importClaude(value: unknown): ImportedRules {
  const draft = startImport()
  const settings = asObject(value) ?? {}
  const permissions = asObject(settings['permissions']) ?? settings
  for (const decision of ['deny', 'ask', 'allow'] as const) addList(draft, decision, permissions[decision])
  addDirectories(draft, permissions['additionalDirectories'])
  for (const [key, said] of Object.entries(permissions)) addRest(draft, key, said)
  return { order: 'strictest', ...draft }
}

function addRest(draft: ImportDraft, key: string, said: unknown): void {
  if (['allow', 'ask', 'deny', 'additionalDirectories', '$schema'].includes(key)) return
  const mode = key === 'defaultMode' && typeof said === 'string' ? modes[said] : undefined
  const why = mode === undefined ? 'there is nothing like it here' : `it is a setting: "mode": "${mode}"`
  draft.unmapped.push({ what: `${key}: ${JSON.stringify(said)}`, why })
}

function addList(draft: ImportDraft, decision: RuleDecision, value: unknown): void {
  if (value === undefined) return
  if (!Array.isArray(value)) {
    cannotSay(
      draft,
      decision,
      { tool: '*' },
      { what: `${decision}: ${JSON.stringify(value)}`, why: 'it is no list' },
    )
    return
  }
  for (const rule of value) addRule(draft, decision, rule)
}

function addRule(draft: ImportDraft, decision: RuleDecision, rule: unknown): void {
  const what = `${decision} ${typeof rule === 'string' ? rule : JSON.stringify(rule)}`
  const [, tool = '', specifier] =
    (typeof rule === 'string' ? /^([\w.*-]+)(?:\(([^]*)\))?$/.exec(rule.trim()) : null) ?? []
  if (tool === '') cannotSay(draft, decision, { tool: '*' }, { what, why: 'it cannot be read' })
  else if (tool === 'Bash') addShellWildcard(draft, decision, ...bash(specifier ?? '*', what))
  else if (specifier === undefined || specifier.trim() === '*') addTool(draft, decision, tool)
  else if (Object.hasOwn(pathTools, tool)) addPath(draft, decision, pathTools[tool] ?? [], specifier)
  else addSpecial(draft, decision, tool, { what, specifier })
}

function bash(specifier: string, what: string): [string, { what: string; prefix: boolean }] {
  const prefix = specifier.endsWith(':*')
  return [prefix ? specifier.slice(0, -2) : specifier, { what, prefix }]
}

function addTool(draft: ImportDraft, decision: RuleDecision, tool: string): void {
  // A server alone means all its tools.
  const names = /^mcp__(?!.*__)[^*]+$/.test(tool) ? [tool, `${tool}__*`] : toolNames(tool)
  for (const name of names) draft.rules.push({ decision, tool: name })
}

const pathTools: Readonly<Record<string, readonly string[]>> = {
  Read: ['read'],
  Grep: ['read'],
  Glob: ['read'],
  LS: ['read'],
  Edit: ['write', 'delete'],
  MultiEdit: ['write', 'delete'],
  Write: ['write', 'delete'],
  NotebookEdit: ['write', 'delete'],
}

/** Patterns of paths follow gitignore; `//x` is absolute, `/x` the project's, a name without a slash lies anywhere. */
function addPath(
  draft: ImportDraft,
  decision: RuleDecision,
  kinds: readonly string[],
  specifier: string,
): void {
  const path = projectPath(specifier.trim(), decision)
  for (const kind of kinds) draft.rules.push({ decision, effect: `${kind}:${path}` })
}

function projectPath(pattern: string, decision: RuleDecision): string {
  const path = pattern.replace(/\/+$/, '').replace(/\/\*$/, '/**')
  const anywhere = !path.replace(/^\.\//, '').includes('/') && !/^[~.]$|^\.\//.test(path)
  const rooted = path.startsWith('//') ? path.slice(1) : path.replace(/^\/(?!\/)/, './')
  const placed = anywhere ? `${decision === 'allow' ? './' : ''}**/${path}` : rooted
  // What is refused of a folder is refused of everything in it.
  return decision === 'allow' || placed.endsWith('**') ? placed : `${placed}/**`
}

function addSpecial(
  draft: ImportDraft,
  decision: RuleDecision,
  tool: string,
  { what, specifier }: { readonly what: string; readonly specifier: string },
): void {
  const domain = /^domain:([\w.*-]+)$/.exec(specifier.trim())?.[1]
  if (tool === 'WebFetch' && domain !== undefined) {
    draft.rules.push({ decision, effect: `net:${domain}` })
    if (decision !== 'allow' && !domain.startsWith('*')) {
      draft.rules.push({ decision, effect: `net:*.${domain}` })
    }
    return
  }
  for (const name of toolNames(tool)) {
    cannotSay(
      draft,
      decision,
      { tool: name },
      { what, why: `what stands in brackets after ${tool} has no meaning here` },
    )
  }
}

function addDirectories(draft: ImportDraft, value: unknown): void {
  if (value === undefined) return
  for (const folder of asTexts(value) ?? []) {
    draft.rules.push({ decision: 'allow', effect: `read:${folder.replace(/\/+$/, '')}/**` })
    const what = `additionalDirectories: ${folder}`
    draft.unmapped.push({ what, why: 'it may be read; file tools do not leave the workspace' })
  }
  if (asTexts(value) === undefined) {
    draft.unmapped.push({ what: 'additionalDirectories', why: 'it is no list of texts' })
  }
}
