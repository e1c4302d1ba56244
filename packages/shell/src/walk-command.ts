import { basename } from 'node:path'

import type { Assignment, Command } from 'unbash'

import { changesWhatRuns, mayAssign, mayPrefix } from './assignable.ts'
import type { Call, Reading } from './call.ts'
import { examineCall } from './examine-call.ts'
import { expandWord } from './expand-word.ts'
import { addEffect, doubt, refuse } from './findings.ts'
import { assign, type NextStates, type ShellState, unchanged } from './shell-state.ts'
import { walkRedirects } from './walk-redirects.ts'
import { walkSubstitutions } from './walk-substitutions.ts'

/** The words that nodes of the tree become. */
type Expanded = Pick<Call, 'words' | 'unknown' | 'odd'>

/** A simple command: assignments, redirections, a name and its words. */
export function readCommandNode(node: Command, state: ShellState, reading: Reading): NextStates {
  walkSubstitutions(node, state, reading)
  const assignments = node.prefix.filter((item): item is Assignment => item.type === 'Assignment')
  walkRedirects(node.redirects, state, reading)
  if (node.name === undefined && node.prefix.length === 0 && node.suffix.length === 0)
    doubt(reading, 'unparsable', 'a command is missing')
  if (node.name === undefined) return unchanged(assignAll(assignments, state, reading))
  const expanded = expandOperands([node.name, ...node.args], state, reading)
  const [program] = expanded.words
  if (expanded.odd.has(0)) refuse(reading, 'odd-name', `${node.name.text} is not a plain name of a program`)
  prefixAll(assignments, program, state, reading)
  if (expanded.words.length === 0) return unchanged(state)
  return examineCall({ ...callOf(expanded), state }, reading)
}

/** Words, the first of which names a program. */
function callOf({ words, unknown, odd }: Expanded): Omit<Call, 'state'> {
  const [program] = words
  return {
    name: program === undefined ? undefined : basename(program) || program,
    program,
    words: words.slice(1),
    unknown: new Map([...unknown].map(([index, names]) => [index - 1, names])),
    odd: new Set([...odd].map((index) => index - 1)),
  }
}

/** Expands words as bash does; a pattern that aims at secrets asks. */
export function expandOperands(
  nodes: readonly { readonly text: string }[],
  state: ShellState,
  reading: Reading,
): Expanded {
  const words: (string | undefined)[] = []
  const unknown = new Map<number, readonly string[]>()
  const odd = new Set<number>()
  for (const { text } of nodes) {
    const word = expandWord(text, state, reading.ground)
    if (word.secret === true) refuse(reading, 'secret', `${text} fits names under which secrets are kept`)
    if (word.unknown !== undefined) unknown.set(words.length, word.unknown)
    if (word.plain !== true && !isNameOfProgram(text)) odd.add(words.length)
    words.push(...word.words)
  }
  return { words, unknown, odd }
}

/** Whether a word names a program for certain: plain letters, some of them perhaps in quotes, which bash takes away. */
function isNameOfProgram(text: string): boolean {
  return text === '[' || text === ':' || /^(?:[\w.+-]|'[\w.+-]*'|"[\w.+-]*")+$/.test(text)
}

function assignAll(assignments: readonly Assignment[], state: ShellState, reading: Reading): ShellState {
  let next = state
  for (const assignment of assignments) {
    const { name } = assignment
    const value = valueOf(assignment, next, reading)
    refuseVariable(name, reading)
    next = assign(next, name, value)
  }
  return next
}

/** A variable that stays: only names of the command's own are assigned by themselves. */
export function refuseVariable(name: string, reading: Reading): void {
  if (mayAssign(name)) return
  refuse(reading, 'variable', `${name} may mean something to the shell or to what it runs`)
  if (changesWhatRuns(name)) doubtVariable(name, reading)
}

function doubtVariable(name: string, reading: Reading): void {
  doubt(reading, 'variable', `${name} changes what runs`)
  addEffect(reading, 'exec', '*')
}

function prefixAll(
  assignments: readonly Assignment[],
  program: string | undefined,
  state: ShellState,
  reading: Reading,
): void {
  for (const assignment of assignments) {
    const value = valueOf(assignment, state, reading)
    if (!mayPrefix(assignment.name, value, program)) {
      refuse(reading, 'variable', `${assignment.name} may change what ${program ?? 'the command'} runs`)
      if (changesWhatRuns(assignment.name)) doubtVariable(assignment.name, reading)
    }
  }
}

/** A plain value; what is more than that is not known, and asks. */
function valueOf(assignment: Assignment, state: ShellState, reading: Reading): string | undefined {
  const { value, text } = assignment
  if (assignment.append === true || assignment.index !== undefined || value.type === 'ArrayValue') {
    refuse(reading, 'variable', `${text} is more than a plain assignment`)
    if (assignment.index !== undefined) doubt(reading, 'arithmetic', 'a subscript may be evaluated')
    return undefined
  }
  const written = text.slice(text.indexOf('=') + 1)
  if (written === '') return ''
  if (/(^|:)~/.test(written)) return undefined
  // Neither split nor matched against file names.
  if (/[*?[{]/.test(written) && !/^'[^']*'$/.test(written) && !/^"[^"$`\\]*"$/.test(written)) return undefined
  const { words } = expandWord(written, state, reading.ground)
  return words.length === 1 ? words[0] : undefined
}
