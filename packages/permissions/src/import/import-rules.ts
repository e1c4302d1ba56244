import { basename } from 'node:path'

import { asObject } from '../as-object.ts'
import { asTexts } from '../as-texts.ts'
import { invalidRules } from '../invalid-rules.ts'
import { parseJson } from '../parse-json.ts'
import { readRules } from '../read-rules.ts'
import type { RuleSet } from '../rule.ts'
import { importClaude } from './claude.ts'
import { importCline } from './cline.ts'
import { importCodex } from './codex.ts'
import { importGemini } from './gemini.ts'
import type { ImportedRules, ImportFormat } from './imported-rules.ts'
import { importOpencode } from './opencode.ts'

/** Every format that can be read. */
export const importFormats: readonly ImportFormat[] = ['claude', 'opencode', 'gemini', 'codex', 'cline']

/** A file as it was read: its name and its text. */
export interface RuleFile {
  readonly name: string
  readonly text: string
}

/**
 * Reads the permissions of another agent. Nothing that denies is left out: what cannot be said exactly asks, and is told in `unmapped`.
 *
 * @throws KeepupError `configuration-invalid`, where the file cannot be read or its format not be told.
 */
export function importRules(
  file: RuleFile,
  format?: ImportFormat,
): ImportedRules & { readonly from: ImportFormat } {
  const from = format ?? formatOf(file)
  if (from === undefined || from === 'keepup') {
    throw invalidRules(
      file.name,
      from === undefined ? 'is in no format that is known' : 'has the rules of keepup already',
      `say which it is: --from ${importFormats.join('|')}`,
    )
  }
  return { from, ...readAs(from, file) }
}

/**
 * Reads a file of rules, ours or another agent's, as a set.
 *
 * @throws KeepupError `configuration-invalid`
 */
export function readRuleFile(file: RuleFile): RuleSet {
  const from = formatOf(file) ?? 'keepup'
  if (from === 'keepup') return readRules(parseJson(file.text, file.name), file.name)
  const { order, rules, guards } = readAs(from, file)
  return { source: file.name, order, rules, guards }
}

function readAs(format: ImportFormat, { name, text }: RuleFile): ImportedRules {
  if (format === 'gemini') return importGemini(text, name)
  if (format === 'codex') return importCodex(text)
  const value = parseJson(text, name)
  if (format === 'claude') return importClaude(value)
  return format === 'opencode' ? importOpencode(value) : importCline(value)
}

/** Which format a file has, by its name and shape; `undefined` where it cannot be told. */
function formatOf({ name, text }: RuleFile): ImportFormat | 'keepup' | undefined {
  const file = basename(name)
  if (file.endsWith('.toml')) return 'gemini'
  if (file.endsWith('.rules') || /^\s*prefix_rule\s*\(/m.test(text)) return 'codex'
  if (/^\s*\[\[rule\]\]/m.test(text)) return 'gemini'
  const value = parseJson(text, name)
  if (typeof value === 'string') return 'opencode'
  const entries = asObject(value)
  return entries === undefined ? undefined : formatOfJson(entries, file)
}

function formatOfJson(
  entries: Readonly<Record<string, unknown>>,
  file: string,
): ImportFormat | 'keepup' | undefined {
  const keys = Object.keys(entries)
  if ('rules' in entries || 'guards' in entries) return 'keepup'
  if ('permissions' in entries) return 'claude'
  if ('permission' in entries || /^opencode\.jsonc?$/.test(file)) return 'opencode'
  if (keys.some((key) => clineKeys.test(key))) return 'cline'
  if (keys.some((key) => key === 'defaultMode' || key === 'additionalDirectories')) return 'claude'
  return formatOfBare(entries, keys)
}

/** The permissions alone, without the file around them. */
function formatOfBare(
  entries: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): ImportFormat | undefined {
  if (keys.some((key) => Array.isArray(entries[key]))) {
    const rules = ['allow', 'deny'].flatMap((key) => asTexts(entries[key]) ?? [])
    const ofTools = rules.some((rule) => /^([A-Z]\w*|mcp__.*)(\(.*\))?$/s.test(rule))
    return ofTools || 'ask' in entries ? 'claude' : 'cline'
  }
  return keys.length > 0 && keys.every((key) => isAction(entries[key])) ? 'opencode' : undefined
}

const clineKeys =
  /^((roo-cline|roo|cline|kilo-code)\.)?(allowedCommands|deniedCommands|globalSettings|autoApproval|alwaysAllow)/

function isAction(value: unknown): boolean {
  if (value === 'allow' || value === 'ask' || value === 'deny') return true
  const patterns = asObject(value)
  return (
    patterns !== undefined &&
    Object.values(patterns).every((action) => typeof action === 'string' && isAction(action))
  )
}
