import type { Invocation } from '@keepup/shell'

import type { Atom, CallFacts } from './call-facts.ts'
import { type CompiledRule, execEffect } from './compile-rules.ts'
import type { Match } from './match.ts'
import { ownsEffect } from './owned-effects.ts'
import type { ReadCommand } from './read-command.ts'

/** Programs that tell what folders hold, and read nothing of what is in the files. */
const listing: ReadonlySet<string> = new Set(['ls', 'find', 'fd', 'tree', 'du', 'stat'])

/** Whether a rule speaks of one thing that a call would do. */
export function matchAtom(rule: CompiledRule, atom: Atom, facts: CallFacts, read: ReadCommand): Match {
  if (!rule.fitsTool(facts.tool)) return 'no'
  const { subject, decision } = rule
  if (subject.type === 'call') return 'yes'
  if (subject.type === 'command') return matchCommand(subject, decision, atom, read)
  if (atom.type === 'call') return 'no'
  if (atom.type === 'invocation') {
    const speaksOfPrograms = subject.kind === 'exec' || subject.kind === '*'
    return speaksOfPrograms ? subject.matches(execEffect(atom.invocation, decision)) : 'no'
  }
  const match = subject.matches(atom.effect)
  return match === 'maybe' && onlyLists(atom, read) ? 'no' : match
}

type CommandSubject = Extract<CompiledRule['subject'], { type: 'command' }>

function matchCommand(
  { matches, scope }: CommandSubject,
  decision: CompiledRule['decision'],
  atom: Atom,
  read: ReadCommand,
): Match {
  if (atom.command === undefined) return 'no'
  if (scope === 'any') return 'yes'
  if (atom.type === 'call') return 'no'
  if (atom.type === 'invocation') return matches(atom.invocation)
  // What is allowed by its name may do what it does by itself; what redirections do beside it is not named.
  if (decision !== 'allow') return 'no'
  const { invocations } = atom.command.analysis
  return ownersAmong(
    atom,
    invocations.filter((invocation) => matches(invocation) === 'yes'),
    read,
  ).length > 0
    ? 'yes'
    : 'no'
}

/** Those of some programs that have an effect of their command by themselves. */
export function ownersAmong(
  { effect, command }: Extract<Atom, { type: 'effect' }>,
  invocations: readonly Invocation[],
  read: ReadCommand,
): readonly Invocation[] {
  const text = command?.text ?? ''
  return invocations.filter((invocation) => ownsEffect(invocation, effect, { text, read }))
}

/** Reads of a whole tree that only list it touch no file that a rule could mean. */
function onlyLists(atom: Extract<Atom, { type: 'effect' }>, read: ReadCommand): boolean {
  const { effect, command } = atom
  if (command === undefined || effect.kind !== 'read' || effect.target === '*') return false
  const owners = ownersAmong(atom, command.analysis.invocations, read)
  return owners.length > 0 && owners.every(({ name }) => listing.has(name))
}
