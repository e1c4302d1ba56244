import type { PermissionRule, RuleDecision } from '../rule.ts'
import { cannotSay, type ImportDraft } from './imported-rules.ts'

/** A plain word: no sign of a shell, none of a pattern. */
const plainWord = /^[\w@%+=:,./~^-]+$/
const wildWord = /^[\w@%+=:,./~^*?-]+$/

/**
 * A pattern over the text of a command, in which `*` stands for anything, as rules: `*`, `git push`, `git push *`, `git push:*`, `npm run test*`.
 * `prefix` says that more words may follow in any case.
 */
export function addShellWildcard(
  draft: ImportDraft,
  decision: RuleDecision,
  pattern: string,
  {
    what,
    prefix = false,
    reason,
  }: { readonly what: string; readonly prefix?: boolean; readonly reason?: string },
): void {
  const why = reason === undefined ? {} : { reason }
  const read = readWildcard(pattern.trim(), prefix, decision)
  if (read.exact) draft.rules.push({ decision, ...read.rule, ...why })
  else
    cannotSay(draft, decision, read.rule, {
      what,
      why: 'a pattern over the text of a command says more than words do',
    })
}

interface ReadWildcard {
  /** Whether the rule says what the pattern says; otherwise it speaks of all that the pattern does, and more. */
  readonly exact: boolean
  readonly rule: Pick<PermissionRule, 'command' | 'prefix'>
}

function readWildcard(pattern: string, prefix: boolean, decision: RuleDecision): ReadWildcard {
  if (/^\*+$/.test(pattern) || pattern === ':*') return { exact: true, rule: { command: '*' } }
  const words = pattern.split(/\s+/)
  const open = prefix || words.at(-1) === '*'
  const named = words.at(-1) === '*' ? words.slice(0, -1) : words
  if (named.length === 0) return { exact: pattern === '', rule: { command: '*' } }
  if (named.every((word) => plainWord.test(word))) {
    return {
      exact: true,
      rule: open ? { command: named.join(' '), prefix: true } : { command: named.join(' ') },
    }
  }
  const last = named.at(-1) ?? ''
  const literal = named.slice(0, -1).every((word) => plainWord.test(word))
  // `npm run test*`: the last word goes on, and so may the command.
  if (literal && /^[^*?]+\*$/.test(last) && wildWord.test(last)) {
    return { exact: true, rule: { command: named.join(' '), prefix: true } }
  }
  return { exact: false, rule: beginning(named, decision) }
}

/** The words before the first that is no plain one; every command where there is none. */
function beginning(
  words: readonly string[],
  decision: RuleDecision,
): Pick<PermissionRule, 'command' | 'prefix'> {
  const end = words.findIndex((word) => !plainWord.test(word))
  const plain = words.slice(0, Math.max(0, end))
  // Signs of a shell before the end mean that more than one command is spoken of.
  const compound = words.some((word) => /[;&|<>`$(){}]/.test(word))
  return plain.length === 0 || (compound && decision !== 'allow')
    ? { command: '*' }
    : { command: plain.join(' '), prefix: true }
}
