import { type CommandRule, isEveryCommand, plainWords } from './command-pattern.ts'
import { splitEffect } from './effect-pattern.ts'
import type { PermissionRule, RuleDecision } from './rule.ts'
import { fitsWildcard } from './wildcard.ts'

/** Programs that do one thing: who denies them means the thing, however else it is done. */
const deleters = ['rm', 'unlink', 'rmdir', 'shred', 'srm', 'rimraf', 'del', 'erase', 'rd']

/** A rule over an effect that another rule means without saying it. */
export interface ImpliedEffect {
  readonly effect: string
  readonly decision: RuleDecision
}

/**
 * What a rule means besides what it says: who denies `rm` denies deleting; who denies `rm -rf`, a part of what it can do, is asked about deleting.
 * Rules that allow imply nothing.
 */
export function impliedEffect(rule: PermissionRule): ImpliedEffect | undefined {
  if (rule.decision === 'allow') return undefined
  const named = namedProgram(rule)
  if (named === undefined) return undefined
  const name = named.program.slice(named.program.lastIndexOf('/') + 1).toLowerCase()
  if (!deleters.some((deleter) => fitsWildcard(name, deleter))) return undefined
  return { effect: 'delete:**', decision: named.whole ? rule.decision : 'ask' }
}

interface NamedProgram {
  readonly program: string
  /** Whether the rule means the program whatever its words are. */
  readonly whole: boolean
}

function namedProgram({ command, effect, prefix }: PermissionRule): NamedProgram | undefined {
  if (command !== undefined) return inCommand({ command, prefix })
  const split = effect === undefined ? undefined : splitEffect(effect)
  if (split === undefined || split.kind !== 'exec' || /^\*+$/.test(split.target)) return undefined
  return { program: split.target, whole: true }
}

function inCommand(rule: CommandRule): NamedProgram | undefined {
  if (isEveryCommand(rule)) return undefined
  const words = plainWords(rule) ?? plainWords({ command: rule.command.trim().split(/\s+/)[0] ?? '' })
  const [program, ...rest] = words ?? []
  if (program === undefined) return undefined
  return {
    program,
    whole: plainWords(rule) !== undefined && rest.every((word) => /^\*+$/.test(word)),
  }
}
