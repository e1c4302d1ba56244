import type { Function as FunctionNode, Script } from 'unbash'

import { addEffect, doubt, type Findings, refuse } from './findings.ts'
import { beneath as beneathOf, follow, isInside } from './ground.ts'
import { isSecretPath } from './secret-names.ts'
import type { NextStates, ShellState } from './shell-state.ts'

/** What a function's name stands for. */
export type FunctionBody = FunctionNode['body']

/** A command that is being read, and how to read more of it. */
export interface Reading extends Findings {
  /** Reads a text that a shell would evaluate. */
  readCommand(text: string, state: ShellState): NextStates
  /** Reads a program with its words, as a wrapper would run it. */
  readCall(words: readonly (string | undefined)[], state: ShellState): NextStates
  /** Whether a rule of whole commands permits a call. */
  permits(call: Call): boolean
  /** Walks the body of a function, or what a substitution holds. */
  walk(node: FunctionBody | Script, state: ShellState): NextStates
}

/** One program with its words, as it would be run. */
export interface Call {
  /** The base name; `undefined` where it cannot be known. */
  readonly name: string | undefined
  /** As it was written. */
  readonly program: string | undefined
  readonly words: readonly (string | undefined)[]
  /** Words that were written in another way than as they are, or in one pair of quotes: not how anybody names a program. */
  readonly odd: ReadonlySet<number>
  /** Per word, the variables that keep it from being known. */
  readonly unknown: ReadonlyMap<number, readonly string[]>
  readonly state: ShellState
}

/** Adds what is touched at a path, for every folder that the command may be in. A path that cannot be known is `*`. */
export function touch(
  reading: Reading,
  state: ShellState,
  kind: 'read' | 'write' | 'delete',
  word: string | undefined,
  beneath = false,
): void {
  if (word === undefined || state.folders.length === 0) {
    addEffect(reading, kind, '*')
    doubt(
      reading,
      'dynamic',
      `what is ${kind === 'read' ? 'read' : 'changed'} cannot be known before it runs`,
    )
    return
  }
  for (const folder of state.folders) {
    const path = follow(reading.ground, folder, word)
    addEffect(reading, kind, path)
    if (beneath) addEffect(reading, kind, beneathOf(path))
    if (kind === 'read') refusePath(reading, word, path)
  }
}

function refusePath(reading: Reading, word: string, path: string): void {
  const { root } = reading.ground
  if (path === '/dev/null') return
  if (!isInside(reading.ground, path))
    refuse(reading, 'outside', `${word} leads to ${path}, outside of ${root}`)
  else if (isSecretPath(path.slice(root.length)) || isSecretPath(word))
    refuse(reading, 'secret', `${word} has a name under which secrets are kept`)
}

/** Everything that a program may do of which nothing is known. */
export function touchAnything(reading: Reading): void {
  for (const kind of ['read', 'write', 'delete', 'net'] as const) addEffect(reading, kind, '*')
}
