import type { Effect } from '@keepup/core'
import type { Invocation } from '@keepup/shell'

import { allowedCommand, isEveryCommand, type MatchInvocation, refusedCommand } from './command-pattern.ts'
import { effectPattern, type MatchEffect, splitEffect } from './effect-pattern.ts'
import { impliedEffect } from './implied-effect.ts'
import type { Place } from './place.ts'
import type { PermissionRule, RuleDecision, RuleOrder, RuleSet } from './rule.ts'
import { fitsWildcard } from './wildcard.ts'

/** What a rule speaks of. */
export type RuleSubject =
  /** The whole call, whatever it touches. */
  | { readonly type: 'call' }
  | { readonly type: 'effect'; readonly kind: Effect['kind'] | '*'; readonly matches: MatchEffect }
  | {
      readonly type: 'command'
      readonly matches: MatchInvocation
      /** How much of a command it names: all of it, its beginning, or no more than that it is one. */
      readonly scope: 'whole' | 'prefix' | 'any'
      /** How many words its pattern has. */
      readonly words: number
    }

/** A rule that is ready to be asked. */
export interface CompiledRule {
  readonly decision: RuleDecision
  /** Where it stands: `rule 2 of FILE`. */
  readonly place: string
  readonly reason: string | undefined
  readonly subject: RuleSubject
  /** It follows from the rule without being said: what another rule allows by its effect stands. */
  readonly implied: boolean
  /** Whether it speaks of a tool. */
  readonly fitsTool: (name: string) => boolean
}

/** A set of rules that is ready to be asked. */
export interface CompiledSet {
  readonly order: RuleOrder
  readonly rules: readonly CompiledRule[]
}

/**
 * Makes sets of rules ready for a place. Guards stand beside the rules of their set, as a set of their own.
 *
 * @throws KeepupError `configuration-invalid`, where the pattern of a command cannot be read.
 */
export function compileRules(sets: readonly RuleSet[], place: Place): readonly CompiledSet[] {
  return sets.flatMap(({ rules, guards = [], order = 'strictest', source, folder }) => {
    const compile = (name: string, list: readonly PermissionRule[]): readonly CompiledRule[] =>
      list.flatMap((rule, index) => compileRule(rule, `${name} ${index + 1} of ${source}`, place, folder))
    return [
      { order, rules: compile('rule', rules) },
      { order: 'strictest' as const, rules: compile('guard', guards) },
    ].filter((set) => set.rules.length > 0)
  })
}

function compileRule(
  rule: PermissionRule,
  where: string,
  place: Place,
  folder: string | undefined,
): readonly CompiledRule[] {
  const { decision, reason, tool } = rule
  const said = { decision, reason, place: where, fitsTool: toolPattern(tool) }
  const compiled = { ...said, implied: false, subject: subjectOf(rule, place, folder) }
  const implied = impliedEffect(rule)
  if (implied === undefined) return [compiled]
  const subject = effectSubject(implied.effect, place, implied.decision, folder)
  return [compiled, { ...said, decision: implied.decision, implied: true, subject }]
}

function subjectOf(rule: PermissionRule, place: Place, folder: string | undefined): RuleSubject {
  const { decision, effect, command } = rule
  if (effect !== undefined) return effectSubject(effect, place, decision, folder)
  if (command === undefined) return { type: 'call' }
  const said = { command, prefix: rule.prefix }
  const matches = decision === 'allow' ? allowedCommand(said, place) : refusedCommand(said, place)
  const scope = isEveryCommand(said) ? 'any' : rule.prefix === true ? 'prefix' : 'whole'
  return { type: 'command', matches, scope, words: command.trim().split(/\s+/).length }
}

function effectSubject(
  effect: string,
  place: Place,
  decision: RuleDecision,
  folder: string | undefined,
): RuleSubject {
  const kind = splitEffect(effect)?.kind ?? '*'
  return { type: 'effect', kind, matches: effectPattern(effect, place, decision, folder) }
}

function toolPattern(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true
  return (name) => fitsWildcard(pattern, name)
}

/** The invocation of a program, as an effect. */
export function execEffect({ program, name }: Invocation, decision: RuleDecision): Effect {
  return { kind: 'exec', target: decision === 'allow' ? program : name }
}
