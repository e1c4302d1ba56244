import type { Mode } from '@keepup/core'
import type { ProfileName } from '@keepup/shell'

import type { Atom, CallFacts, CommandFact } from './call-facts.ts'
import { ownersAmong } from './match-atom.ts'
import { mayChange, mayRead } from './may-change.ts'
import { textOf } from './owned-effects.ts'
import type { Place } from './place.ts'
import type { CommandReader } from './read-command.ts'

/** What a mode lets through by itself, without any rule. */
export interface Baseline {
  /** Whether one thing that a call would do is allowed. `named`: a rule allows a program of the command, so that what is harmless may stand beside it. */
  allows(atom: Atom, named: boolean): boolean
}

const nothing: Baseline = { allows: () => false }

/** What a mode lets through of a call; nothing without a mode. */
export function modeBaseline(
  mode: Mode | undefined,
  facts: CallFacts,
  place: Place,
  reader: CommandReader,
): Baseline {
  if (mode === undefined) return nothing
  const profile: ProfileName = mode === 'auto' || mode === 'yolo' ? 'developer' : 'read-only'
  const allowed = new Set(facts.commands.filter(({ text }) => reader.allows(text, profile)))
  const changes = facts.effects.some(({ kind }) => kind !== 'read')
  const reads = facts.repeat === 'safe' || changes
  const mayEdit = (mode === 'auto-edit' || mode === 'auto' || mode === 'yolo') && facts.commands.length === 0
  return {
    allows(atom, named) {
      if (atom.command !== undefined) {
        return allowed.has(atom.command) || (named && standsBeside(atom, atom.command, profile, reader))
      }
      if (atom.type !== 'effect') return facts.repeat === 'safe'
      const { kind, target } = atom.effect
      if (kind === 'read') return reads && mayRead(target, place)
      return mayEdit && (kind === 'write' || kind === 'delete') && mayChange(target, place)
    },
  }
}

/** Whether one program of a command is allowed alone, or an effect is that of such a program. */
function standsBeside(
  atom: Atom,
  { analysis }: CommandFact,
  profile: ProfileName,
  reader: CommandReader,
): boolean {
  const harmless = analysis.invocations.filter((invocation) => {
    const text = textOf(invocation)
    return text !== undefined && reader.allows(text, profile)
  })
  if (atom.type === 'invocation') return harmless.includes(atom.invocation)
  return atom.type === 'effect' && ownersAmong(atom, harmless, reader).length > 0
}
