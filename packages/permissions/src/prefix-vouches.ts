import type { Effect } from '@keepup/core'
import type { Invocation } from '@keepup/shell'

import { mayChange, mayRead } from './may-change.ts'
import { textOf } from './owned-effects.ts'
import { isInWorkspace, type Place } from './place.ts'
import { isProtectedPath } from './protected-paths.ts'
import type { CommandReader } from './read-command.ts'

interface Looking {
  readonly place: Place
  readonly reader: CommandReader
}

/**
 * Whether the beginning of a command that a rule allows vouches for an effect that the program has by itself. Who allows `git push` means what that does in
 * the workspace, and what nobody can know of it. Who allows no more than a program's name does not mean that it runs others (`awk`), or changes
 * everything (`find`). Neither means files elsewhere.
 */
export function prefixVouches(words: number, { kind, target }: Effect, looking: Looking): boolean {
  if (target === '*') return kind !== 'exec' || words > 1
  if (kind === 'read') return mayRead(target, looking.place)
  if (kind !== 'write' && kind !== 'delete') return true
  return words > 1 ? isOrdinary(target, looking.place) : mayChange(target, looking.place)
}

/** Whether a program that a rule allows by no more than its name runs others, or changes the whole workspace: then the rule does not mean it. */
export function reachesBeyond(words: number, invocation: Invocation, { place, reader }: Looking): boolean {
  const text = words > 1 ? undefined : textOf(invocation)
  if (text === undefined) return false
  const all = `${place.root}/**`
  return reader
    .read(text)
    .effects.some(({ kind, target }) =>
      kind === 'exec' ? target === '*' : (kind === 'write' || kind === 'delete') && target === all,
    )
}

/** In the workspace, and not a file that programs take orders from; everything in the workspace is. */
function isOrdinary(target: string, place: Place): boolean {
  const path = target.endsWith('/**') ? target.slice(0, -3) : target
  return isInWorkspace(place, path) && !isProtectedPath(path.slice(place.root.length), false)
}
