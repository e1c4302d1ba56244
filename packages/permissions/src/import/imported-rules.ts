import type { PermissionRule, RuleOrder } from '../rule.ts'

/** The formats of others that can be read. */
export type ImportFormat = 'claude' | 'opencode' | 'gemini' | 'codex' | 'cline'

/** Something that a file says and the rules do not, or not so. */
export interface Unmapped {
  readonly what: string
  readonly why: string
}

/** What was made of a file. Nothing that denies is missing: what could not be said exactly is a guard that asks, and is told. */
export interface ImportedRules {
  readonly order: RuleOrder
  readonly rules: readonly PermissionRule[]
  readonly guards: readonly PermissionRule[]
  readonly unmapped: readonly Unmapped[]
}

/** Collects what is made of a file. */
export interface ImportDraft {
  readonly rules: PermissionRule[]
  readonly guards: PermissionRule[]
  readonly unmapped: Unmapped[]
}

/** An import that has not begun. */
export function startImport(): ImportDraft {
  return { rules: [], guards: [], unmapped: [] }
}

/** What cannot be said: an allow is left out, anything else becomes a question about `subject`. Both are told. */
export function cannotSay(
  draft: ImportDraft,
  decision: PermissionRule['decision'],
  subject: Omit<PermissionRule, 'decision' | 'reason'>,
  { what, why }: Unmapped,
): void {
  if (decision === 'allow') {
    draft.unmapped.push({ what, why: `${why}; it is left out, so that it asks` })
    return
  }
  draft.guards.push({ decision: 'ask', ...subject, reason: `stands for ${what}` })
  draft.unmapped.push({ what, why: `${why}; ${namedSubject(subject)} asks instead` })
}

function namedSubject({ tool, command, effect }: Omit<PermissionRule, 'decision'>): string {
  if (command === '*') return 'every command'
  if (command !== undefined) return `every "${command}"`
  return effect ?? (tool === '*' || tool === undefined ? 'everything' : `the tool ${tool}`)
}
