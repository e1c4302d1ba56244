import type { Invocation } from '@keepup/shell'

import type { Atom, CallFacts } from './call-facts.ts'
import { type CompiledRule, execEffect } from './compile-rules.ts'
import type { Match } from './match.ts'
import { ownsEffect } from './owned-effects.ts'
import type { Place } from './place.ts'
import { prefixVouches, reachesBeyond } from './prefix-vouches.ts'
import type { CommandReader } from './read-command.ts'

/** What matching needs besides the rule. */
export interface Matching {
  readonly facts: CallFacts
  readonly place: Place
  readonly reader: CommandReader
}

/** Programs that tell what folders hold, and read nothing of what is in the files. */
const listing: ReadonlySet<string> = new Set(['ls', 'find', 'fd', 'tree', 'du', 'stat'])

/** Whether a rule speaks of one thing that a call would do. */
export function matchAtom(rule: CompiledRule, atom: Atom, matching: Matching): Match {
  if (!rule.fitsTool(matching.facts.tool)) return 'no'
  const { subject, decision } = rule
  if (subject.type === 'call') return 'yes'
  if (subject.type === 'command') return matchCommand(subject, decision, atom, matching)
  if (atom.type === 'call') return 'no'
  if (atom.type === 'invocation') {
    const speaksOfPrograms = subject.kind === 'exec' || subject.kind === '*'
    return speaksOfPrograms ? subject.matches(execEffect(atom.invocation, decision)) : 'no'
  }
  const match = subject.matches(atom.effect)
  return match === 'maybe' && onlyLists(atom, matching) ? 'no' : match
}

type CommandSubject = Extract<CompiledRule['subject'], { type: 'command' }>

function matchCommand(
  subject: CommandSubject,
  decision: CompiledRule['decision'],
  atom: Atom,
  matching: Matching,
): Match {
  if (atom.command === undefined) return 'no'
  if (subject.scope === 'any') return 'yes'
  if (atom.type === 'call') return 'no'
  if (atom.type === 'effect') return decision === 'allow' && comesWith(subject, atom, matching) ? 'yes' : 'no'
  const { invocation } = atom
  const match = subject.matches(invocation)
  if (match === 'no' || decision !== 'allow' || subject.scope === 'whole') return match
  return reachesBeyond(subject.words, invocation, matching) ? 'no' : match
}

/** Whether an effect comes with a program that is allowed by its name. What redirections do beside it is not named. */
function comesWith(
  { matches, scope, words }: CommandSubject,
  atom: Extract<Atom, { type: 'effect' }>,
  matching: Matching,
): boolean {
  const named = (atom.command?.analysis.invocations ?? []).filter((one) => matches(one) === 'yes')
  if (named.length === 0) return false
  if (scope === 'prefix' && !prefixVouches(words, atom.effect, matching)) return false
  return ownersAmong(atom, named, matching.reader).length > 0
}

/** Those of some programs that have an effect of their command by themselves. */
export function ownersAmong(
  { effect, command }: Extract<Atom, { type: 'effect' }>,
  invocations: readonly Invocation[],
  { read }: CommandReader,
): readonly Invocation[] {
  const text = command?.text ?? ''
  return invocations.filter((invocation) => ownsEffect(invocation, effect, { text, read }))
}

/** Reads of a whole tree that only list it touch no file that a rule could mean. */
function onlyLists(atom: Extract<Atom, { type: 'effect' }>, { reader }: Matching): boolean {
  const { effect, command } = atom
  if (command === undefined || effect.kind !== 'read' || effect.target === '*') return false
  const owners = ownersAmong(atom, command.analysis.invocations, reader)
  return owners.length > 0 && owners.every(({ name }) => listing.has(name))
}
