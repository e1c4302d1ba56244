import { asObject } from '../as-object.ts'
import { asTexts } from '../as-texts.ts'
import type { PermissionRule, RuleDecision } from '../rule.ts'
import { cannotSay, type ImportDraft, type ImportedRules, startImport } from './imported-rules.ts'
import { addShellWildcard } from './shell-wildcard.ts'

type Said = Readonly<Record<string, unknown>>

/**
 * Reads the allow-lists of Roo Code and Cline: `allowedCommands` and `deniedCommands` (the longer prefix wins, so that the last rule that fits wins here),
 * Roo's `alwaysAllow...` switches, Cline's `autoApprovalSettings.actions`, and Cline's command permissions (`allow`, `deny`, `allowRedirects`).
 */
export function importCline(value: unknown): ImportedRules {
  const draft = startImport()
  const settings = flattened(asObject(value) ?? {})
  const switched = settings['autoApprovalEnabled'] !== false && approval(settings)['enabled'] !== false
  if (!switched) draft.unmapped.push({ what: 'allow-lists', why: 'automatic approval is switched off there' })
  addSwitches(draft, settings, switched)
  addCommands(draft, settings, switched)
  return { order: 'last-match', ...draft }
}

/** Exported settings nest them; an editor's settings write the extension's name before each. */
function flattened(value: Said): Said {
  const inner = asObject(value['globalSettings']) ?? value
  return Object.fromEntries(
    Object.entries(inner).map(([key, said]) => [key.replace(/^(roo-cline|roo|cline|kilo-code)\./, ''), said]),
  )
}

function approval(settings: Said): Said {
  return asObject(settings['autoApprovalSettings']) ?? {}
}

interface ListedCommand {
  readonly decision: RuleDecision
  readonly pattern: string
  readonly prefix: boolean
}

function addCommands(draft: ImportDraft, settings: Said, switched: boolean): void {
  const runs = switched && settings['alwaysAllowExecute'] !== false
  const listed = [
    ...listOf(draft, settings, 'allowedCommands', 'allow'),
    ...listOf(draft, settings, 'allow', 'allow'),
    ...listOf(draft, settings, 'deniedCommands', 'deny'),
    ...listOf(draft, settings, 'deny', 'deny'),
  ]
  for (const { decision, pattern, prefix } of listed.toSorted(byLength)) {
    const what = `${decision} "${pattern}"`
    if (decision === 'allow' && !runs) {
      draft.unmapped.push({ what, why: 'commands are not approved automatically there' })
    } else addShellWildcard(draft, decision, pattern, { what, prefix })
  }
  if (settings['allowRedirects'] === true) {
    draft.unmapped.push({ what: 'allowRedirects', why: 'a redirection is judged by the file that it writes' })
  }
}

function listOf(
  draft: ImportDraft,
  settings: Said,
  key: string,
  decision: RuleDecision,
): readonly ListedCommand[] {
  const said = settings[key]
  if (said === undefined) return []
  const patterns = asTexts(said)
  if (patterns === undefined) {
    const what = `${key}: ${JSON.stringify(said)}`
    cannotSay(draft, decision, { command: '*' }, { what, why: 'it is no list of texts' })
    return []
  }
  return patterns.map((pattern) => ({ decision, pattern, prefix: key.endsWith('Commands') }))
}

/** The shorter first; of equal ones what denies comes last. */
function byLength(a: ListedCommand, b: ListedCommand): number {
  return a.pattern.length - b.pattern.length || strictness(a) - strictness(b)
}

function strictness({ decision }: ListedCommand): number {
  return decision === 'deny' ? 1 : 0
}

const inside = './**'
const edits = (path: string): readonly PermissionRule[] =>
  ['edit', 'write'].flatMap((tool) =>
    ['read', 'write', 'delete'].map((kind) => ({
      decision: 'allow' as const,
      tool,
      effect: `${kind}:${path}`,
    })),
  )

/** Roo's switches, and Cline's. */
const switches: Readonly<Record<string, readonly PermissionRule[]>> = {
  alwaysAllowReadOnly: [{ decision: 'allow', effect: `read:${inside}` }],
  alwaysAllowReadOnlyOutsideWorkspace: [{ decision: 'allow', effect: 'read:**' }],
  alwaysAllowWrite: edits(inside),
  alwaysAllowWriteOutsideWorkspace: edits('**'),
  alwaysAllowMcp: [{ decision: 'allow', tool: 'mcp__*' }],
  alwaysAllowBrowser: [{ decision: 'allow', tool: 'browser*' }],
  alwaysAllowSubtasks: [{ decision: 'allow', tool: 'delegate_to_agent' }],
  readFiles: [{ decision: 'allow', effect: `read:${inside}` }],
  readFilesExternally: [{ decision: 'allow', effect: 'read:**' }],
  editFiles: edits(inside),
  editFilesExternally: edits('**'),
  executeAllCommands: [{ decision: 'allow', command: '*' }],
  useBrowser: [{ decision: 'allow', tool: 'browser*' }],
  useMcp: [{ decision: 'allow', tool: 'mcp__*' }],
}

/** What Roo asks about though edits are approved. */
const guarded = [
  '.roo/**',
  '.roomodes',
  '.rooignore',
  '.roorules*',
  '.clinerules*',
  '.vscode/**',
  'AGENTS.md',
]

function addSwitches(draft: ImportDraft, settings: Said, switched: boolean): void {
  const actions = { ...settings, ...asObject(approval(settings)['actions']) }
  for (const [name, on] of Object.entries(actions)) {
    if (on !== true) continue
    const rules = Object.hasOwn(switches, name) ? switches[name] : undefined
    if (rules !== undefined && switched) draft.rules.push(...rules)
    else if (rules === undefined && /^(alwaysA|execute)/.test(name)) {
      const why =
        name === 'executeSafeCommands' ? 'it is a mode: --mode auto' : 'there is nothing like it here'
      if (name !== 'alwaysAllowExecute') draft.unmapped.push({ what: name, why })
    }
  }
  if (actions['alwaysAllowWrite'] === true && actions['alwaysAllowWriteProtected'] !== true) {
    const ask = guarded.flatMap((path) => ['write', 'delete'].map((kind) => `${kind}:**/${path}`))
    draft.rules.push(...ask.map((effect) => ({ decision: 'ask' as const, effect })))
  }
}
