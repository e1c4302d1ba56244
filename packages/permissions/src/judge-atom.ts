import type { Reason } from '@keepup/core'

import type { Atom } from './call-facts.ts'
import type { CompiledRule, CompiledSet } from './compile-rules.ts'
import { matchAtom, type Matching, ownersAmong } from './match-atom.ts'
import type { Match } from './match.ts'
import type { RuleDecision } from './rule.ts'

/** What rules say of one thing that a call would do. */
export interface AtomVerdict {
  /** `none`: no rule speaks of it. */
  readonly decision: RuleDecision | 'none'
  readonly reasons: readonly Reason[]
}

/** What judging needs besides the rules. */
export interface Judging extends Matching {
  /** Whether a shipped profile vouches for the commands of the call as they stand. */
  readonly vouched: () => boolean
}

const rank = { none: 0, allow: 1, ask: 2, deny: 3 } as const

/** What all sets say together: deny beats ask beats allow. */
export function judgeAtom(sets: readonly CompiledSet[], atom: Atom, judging: Judging): AtomVerdict {
  return join(sets.map((set) => judgeBySet(set, atom, judging)))
}

function join(verdicts: readonly AtomVerdict[]): AtomVerdict {
  let joined: AtomVerdict = { decision: 'none', reasons: [] }
  for (const verdict of verdicts) {
    const [now, before] = [rank[verdict.decision], rank[joined.decision]]
    if (now > before) joined = verdict
    else if (now === before) joined = { ...joined, reasons: [...joined.reasons, ...verdict.reasons] }
  }
  return joined
}

function judgeBySet({ rules, order }: CompiledSet, atom: Atom, judging: Judging): AtomVerdict {
  const matched = rules.flatMap((rule) => {
    const match = matchAtom(rule, atom, judging)
    return match === 'no' || (match === 'maybe' && rule.decision === 'allow') ? [] : [{ rule, match }]
  })
  if (matched.length === 0) return { decision: 'none', reasons: [] }
  const counting = order === 'last-match' ? fromLast(matched) : withoutOutdone(matched)
  const vouched = counting.some(({ match }) => match === 'maybe') && isVouched(rules, atom, judging)
  return join(
    counting.flatMap((found) => (found.match === 'maybe' && vouched ? [] : [verdictOf(found, atom)])),
  )
}

/** Whether a shipped profile or a rule names the very command whose effect cannot be known. */
function isVouched(rules: readonly CompiledRule[], atom: Atom, judging: Judging): boolean {
  return isUnknown(atom) && (judging.vouched() || isNamedWhole(rules, atom, judging))
}

interface Matched {
  readonly rule: CompiledRule
  readonly match: Match
}

/** The last rule that fits, and those after it that may. */
function fromLast(matched: readonly Matched[]): readonly Matched[] {
  return matched.slice(
    Math.max(
      0,
      matched.findLastIndex(({ match }) => match === 'yes'),
    ),
  )
}

/** What a rule only implies is outdone by a rule that allows the effect by its name. */
function withoutOutdone(matched: readonly Matched[]): readonly Matched[] {
  const named = matched.some(
    ({ rule: { decision, subject } }) => decision === 'allow' && subject.type === 'effect',
  )
  return named ? matched.filter(({ rule }) => !rule.implied) : matched
}

function isUnknown(atom: Atom): boolean {
  return atom.type === 'effect' && atom.effect.target === '*'
}

/** Whether what is not known of an effect is that of programs which rules name as whole commands. */
function isNamedWhole(rules: readonly CompiledRule[], atom: Atom, { facts, reader }: Judging): boolean {
  if (atom.type !== 'effect' || atom.command === undefined) return false
  const naming = rules.flatMap(({ decision, subject, fitsTool }) =>
    decision === 'allow' && subject.type === 'command' && subject.scope === 'whole' && fitsTool(facts.tool)
      ? [subject]
      : [],
  )
  if (naming.length === 0) return false
  const owners = ownersAmong(atom, atom.command.analysis.invocations, reader)
  return owners.length > 0 && owners.every((owner) => naming.some(({ matches }) => matches(owner) === 'yes'))
}

function verdictOf({ rule, match }: Matched, atom: Atom): AtomVerdict {
  const { decision, place, reason } = rule
  const why = reason === undefined ? '' : ` (${reason})`
  const what = describeAtom(atom)
  if (match === 'yes') return { decision, reasons: [{ rule: place, text: `${what}: ${place}${why}` }] }
  const says = decision === 'deny' ? 'denies' : 'asks about'
  return { decision: 'ask', reasons: [{ rule: place, text: `${what}: may be what ${place} ${says}${why}` }] }
}

/** One thing that a call would do, for people. */
export function describeAtom(atom: Atom): string {
  if (atom.type === 'effect') return `effect ${atom.effect.kind}:${atom.effect.target}`
  if (atom.type === 'call') return atom.command === undefined ? 'the call' : `command ${atom.command.text}`
  const { program, words } = atom.invocation
  return `command ${[program, ...words.map((word) => word ?? '…')].join(' ')}`
}
