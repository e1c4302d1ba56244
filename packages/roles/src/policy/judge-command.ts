import { analyseCommand, type Invocation } from '@keepup/shell'

import type { RoleRule } from '../role/role-rule.ts'
import type { PolicyPlace } from './call-targets.ts'
import { strictest, type Verdict } from './verdict.ts'
import { fitsWildcard } from './wildcard.ts'

/**
 * What rules say of a command line: it is taken apart, and every program in it is judged by itself, wrappers looked through; the strictest counts. Where
 * something in it cannot be known, what refuses a part of it is taken to mean it.
 */
export function judgeCommandLine(text: string, rules: readonly RoleRule[], { root }: PolicyPlace): Verdict {
  const { invocations, doubts } = analyseCommand(text, { root })
  const verdicts = invocations.map((invocation) => judgeInvocation(invocation, rules))
  const refuses = rules.some(({ decision }) => decision !== 'allow')
  // An unparsable line has no invocations; it counts as every program at once.
  const whole: Verdict = invocations.length === 0 ? judgeUnknown(rules) : 'allow'
  return strictest([...verdicts, whole, doubts.length > 0 && refuses ? 'ask' : 'allow'])
}

function judgeInvocation({ program, name, words }: Invocation, rules: readonly RoleRule[]): Verdict {
  const unknown = program === '*' ? 0 : words.findIndex((word) => word === undefined)
  if (program === '*') return judgeUnknown(rules)
  const known = unknown < 0 ? words : words.slice(0, unknown)
  const spellings = new Set([[program, ...known].join(' '), [name, ...known].join(' ')])
  return [...spellings]
    .map((text) => lastVerdict(rules, text, unknown < 0))
    .reduce((one, other) => strictest([one, other]), 'allow')
}

/** The last rule that fits. Of a text that goes on in an unknown way, what refuses fits where it may, what allows only where it must. */
function lastVerdict(rules: readonly RoleRule[], text: string, complete: boolean): Verdict {
  return (
    rules.findLast(({ decision, command = '*' }) => {
      if (command === '*') return true
      if (complete) return fitsCommand(command, text, decision !== 'allow')
      if (decision === 'allow')
        return (
          command.endsWith('*') &&
          text.startsWith(literalStart(command)) &&
          !/[*?]/.test(command.slice(0, -1))
        )
      const start = literalStart(command).toLowerCase()
      const lower = text.toLowerCase()
      return start.startsWith(lower) || lower.startsWith(start)
    })?.decision ?? 'allow'
  )
}

/** `git diff *` is `git diff` as well. What refuses does not mind case: some file systems do not either. */
function fitsCommand(pattern: string, text: string, anyCase: boolean): boolean {
  const [wanted, found] = anyCase ? [pattern.toLowerCase(), text.toLowerCase()] : [pattern, text]
  return fitsWildcard(wanted, found) || (wanted.endsWith(' *') && fitsWildcard(wanted.slice(0, -2), found))
}

function literalStart(pattern: string): string {
  return pattern.split(/[*?]/)[0] ?? ''
}

function judgeUnknown(rules: readonly RoleRule[]): Verdict {
  const lastWhole = rules.findLastIndex(({ command = '*' }) => command === '*')
  return strictest(rules.slice(Math.max(0, lastWhole)).map(({ decision }) => decision))
}
