import { analyseCommand, type Invocation } from '@keepup/shell'

import type { RoleRule } from '../role/role-rule.ts'
import type { PolicyPlace } from './paths-of-call.ts'
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
  if (program === '*') return judgeUnknown(rules)
  const unknown = words.indexOf(undefined)
  const known = unknown < 0 ? words : words.slice(0, unknown)
  const spellings = [program, name].map((first) => [first, ...known].join(' '))
  return strictest(spellings.map((text) => (unknown < 0 ? judgeText(text, rules) : judgeStart(text, rules))))
}

function judgeText(text: string, rules: readonly RoleRule[]): Verdict {
  const last = rules.findLast(({ decision, command = '*' }) =>
    fitsCommand(command, text, decision !== 'allow'),
  )
  return last?.decision ?? 'allow'
}

/** Of a text that goes on in an unknown way: the strictest of what it may come to. */
function judgeStart(text: string, rules: readonly RoleRule[]): Verdict {
  const start = `${text} `
  const certain = rules.findLastIndex(
    ({ command = '*' }) =>
      command === '*' || (/^[^*?]*\*$/.test(command) && start.startsWith(command.slice(0, -1))),
  )
  const possible = rules.slice(Math.max(0, certain)).filter(({ command = '*' }, index) => {
    const literal = (command.split(/[*?]/)[0] ?? '').toLowerCase()
    return (
      (certain >= 0 && index === 0) ||
      literal.startsWith(start.toLowerCase()) ||
      start.toLowerCase().startsWith(literal)
    )
  })
  return strictest(possible.map(({ decision }) => decision))
}

/** `git diff *` is `git diff` as well. What refuses does not mind case: some file systems do not either. */
function fitsCommand(pattern: string, text: string, anyCase: boolean): boolean {
  const [wanted, found] = anyCase ? [pattern.toLowerCase(), text.toLowerCase()] : [pattern, text]
  return fitsWildcard(wanted, found) || (wanted.endsWith(' *') && fitsWildcard(wanted.slice(0, -2), found))
}

function judgeUnknown(rules: readonly RoleRule[]): Verdict {
  const lastWhole = rules.findLastIndex(({ command = '*' }) => command === '*')
  return strictest(rules.slice(Math.max(0, lastWhole)).map(({ decision }) => decision))
}
