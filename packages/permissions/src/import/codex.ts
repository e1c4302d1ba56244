import type { RuleDecision } from '../rule.ts'
import { cannotSay, type ImportDraft, type ImportedRules, startImport } from './imported-rules.ts'
import { type Literal, readStatements, type Statement } from './starlark-literals.ts'

const decisions: Readonly<Record<string, RuleDecision>> = { allow: 'allow', prompt: 'ask', forbidden: 'deny' }

/** How many commands one pattern with choices may stand for. */
const mostCommands = 256

/**
 * Reads `prefix_rule(pattern = [...], decision = "allow" | "prompt" | "forbidden")` of Codex's rules files. The strictest wins, as there. Only calls with
 * literal arguments are read, nothing is evaluated: any other statement may forbid something, so that it makes every command ask, and is told.
 */
export function importCodex(text: string): ImportedRules {
  const draft = startImport()
  for (const statement of readStatements(text)) addStatement(draft, statement)
  return { order: 'strictest', ...draft }
}

function addStatement(draft: ImportDraft, statement: Statement): void {
  const { name, values } = statement
  const what = `line ${statement.line}: ${statement.text}`
  if (name === 'prefix_rule' && values !== undefined) addRule(draft, values, what)
  else if (name === 'host_executable' && values !== undefined) {
    draft.unmapped.push({ what, why: 'programs are known by their names' })
  } else cannotSay(draft, 'ask', { command: '*' }, { what, why: 'only literal prefix_rule(...) is read' })
}

function addRule(draft: ImportDraft, values: Readonly<Record<string, Literal>>, what: string): void {
  const { pattern, decision: said = 'allow', justification } = values
  const decision = typeof said === 'string' && Object.hasOwn(decisions, said) ? decisions[said] : undefined
  const commands = commandsOf(pattern)
  if (decision === undefined || commands === undefined) {
    const instead = decision === 'allow' ? 'allow' : 'ask'
    cannotSay(draft, instead, { command: '*' }, { what, why: 'its pattern or decision cannot be said' })
    return
  }
  const reason = typeof justification === 'string' && justification !== '' ? { reason: justification } : {}
  for (const command of commands) draft.rules.push({ decision, command, prefix: true, ...reason })
}

/** Every command that a pattern of words and choices of words stands for. */
function commandsOf(pattern: Literal | undefined): readonly string[] | undefined {
  if (!Array.isArray(pattern) || pattern.length === 0) return undefined
  let commands: readonly string[] = ['']
  for (const item of pattern) {
    const words = Array.isArray(item) ? item : [item]
    if (words.length === 0 || !words.every(isWord)) return undefined
    commands = commands.flatMap((before) => words.map((word) => (before === '' ? word : `${before} ${word}`)))
    if (commands.length > mostCommands) return undefined
  }
  return commands
}

/** A word that a rule here can hold: no blank, and no sign of a pattern. */
function isWord(value: Literal): value is string {
  return typeof value === 'string' && /^[^\s*?()|<>]+$/.test(value)
}
