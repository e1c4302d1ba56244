import { basename } from 'node:path'

import type { Assignment, Command, Word } from 'unbash'

import { mayAssign, mayPrefix } from './assignable.ts'
import type { Call, Reading } from './call.ts'
import { examineCall } from './examine-call.ts'
import { expandWord, type ExpandedWord } from './expand-word.ts'
import { addEffect, doubt, refuse } from './findings.ts'
import { assign, type NextStates, type ShellState, unchanged } from './shell-state.ts'
import { walkRedirects } from './walk-redirects.ts'
import { walkSubstitutions } from './walk-substitutions.ts'

/** The words that nodes of the tree become. */
interface Expanded {
  readonly words: readonly (string | undefined)[]
  readonly unknown: ReadonlyMap<number, readonly string[]>
}

/** A simple command: assignments, redirections, a name and its words. */
export function readCommandNode(node: Command, state: ShellState, reading: Reading): NextStates {
  walkSubstitutions(node, state, reading)
  const assignments = node.prefix.filter((item): item is Assignment => item.type === 'Assignment')
  walkRedirects(node.redirects, state, reading)
  if (node.name === undefined) return unchanged(assignAll(assignments, state, reading))
  const head = expandWord(node.name.text, state, reading.ground)
  const { words, unknown } = expandOperands([node.name, ...node.args], state, reading)
  const [program] = words
  if (head.plain !== true && !/^(['"])[\w.+-]+\1$/.test(node.name.text))
    refuse(reading, 'odd-name', `${node.name.text} is not a plain name of a program`)
  prefixAll(assignments, program, state, reading)
  const shifted = new Map([...unknown].map(([index, names]) => [index - 1, names]))
  if (words.length === 0) return unchanged(state)
  const call: Call = { name: nameOf(program), program, words: words.slice(1), unknown: shifted, state }
  return examineCall(call, reading)
}

function nameOf(program: string | undefined): string | undefined {
  return program === undefined ? undefined : basename(program) || program
}

/** A call of a name that is no program, with words of the tree. */
export function callOf(
  name: string,
  words: readonly Word[],
  state: ShellState,
  reading: Reading,
  split = true,
): Call {
  const unsplit: ShellState = split ? state : { ...state, folders: [''] }
  const expanded = words.map((word) =>
    split ? expandWord(word.text, state, reading.ground) : wholeWord(word, unsplit, reading),
  )
  return { name, program: name, state, ...joined(expanded) }
}

/** A word that stays one word, its patterns what they are. */
function wholeWord(word: Word, state: ShellState, reading: Reading): ExpandedWord {
  if (/[*?[\]{}()|~]/.test(word.text) && !/[$`\\]/.test(word.text)) return { words: [word.value] }
  return expandWord(word.text, state, reading.ground)
}

/** Expands words as bash does; a pattern that aims at secrets asks. */
export function expandOperands(
  nodes: readonly { readonly text: string }[],
  state: ShellState,
  reading: Reading,
): Expanded {
  const expanded = nodes.map(({ text }) => expandWord(text, state, reading.ground))
  expanded.forEach(({ secret }, index) => {
    if (secret === true)
      refuse(reading, 'secret', `${nodes[index]?.text} fits names under which secrets are kept`)
  })
  return joined(expanded)
}

function joined(expanded: readonly ExpandedWord[]): Expanded {
  const words: (string | undefined)[] = []
  const unknown = new Map<number, readonly string[]>()
  for (const word of expanded) {
    if (word.unknown !== undefined) unknown.set(words.length, word.unknown)
    words.push(...word.words)
  }
  return { words, unknown }
}

function assignAll(assignments: readonly Assignment[], state: ShellState, reading: Reading): ShellState {
  let next = state
  for (const assignment of assignments) {
    const { name } = assignment
    const value = valueOf(assignment, next, reading)
    if (!mayAssign(name))
      refuse(reading, 'variable', `${name} may mean something to the shell or to what it runs`)
    next = assign(next, name, value)
  }
  return next
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
      addEffect(reading, 'exec', '*')
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
