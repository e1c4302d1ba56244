import { basename } from 'node:path'

import { parse, type ParsedScript } from 'unbash'

import type { Call, Reading } from './call.ts'
import type { CommandPlace } from './command-place.ts'
import { examineCall } from './examine-call.ts'
import { doubt, refuse, startFindings } from './findings.ts'
import { groundOf } from './ground.ts'
import { longestCommand, refusedCharacter } from './refused-characters.ts'
import { type NextStates, type ShellState, unchanged } from './shell-state.ts'
import { readTokens } from './tokens.ts'
import { treeDisagreement } from './tree-disagreement.ts'
import { walkNode } from './walk-node.ts'

/** Reads a whole command in a place. */
export function readWhole(
  command: string,
  place: CommandPlace,
  permits: (call: Call, reading: Reading) => boolean = () => false,
): Reading {
  const ground = groundOf(place)
  const reading: Reading = {
    ...startFindings(ground),
    readCommand: (text, state) => readText(text, state, reading),
    readCall: (words, state) => readWords(words, state, reading),
    permits: (call) => permits(call, reading),
    walk: (node, state) => walkNode(node, state, reading),
  }
  const state: ShellState = {
    folders: [ground.start],
    variables: new Map(),
    functions: new Map(),
    depth: 0,
    calling: [],
    wrappers: [],
  }
  reading.readCommand(command, state)
  return reading
}

/** The longest text that is looked into at all. */
const longestText = 100_000

function readText(text: string, state: ShellState, reading: Reading): NextStates {
  const odd = refusedCharacter(text)
  if (odd !== undefined) doubt(reading, 'characters', `${odd} is not a character that commands need`)
  if (text.length > longestCommand)
    doubt(reading, 'too-large', `the command is longer than ${longestCommand} characters`)
  if (text.length > longestText || state.depth > 30) {
    doubt(reading, 'too-large', 'the command is too large to be looked at')
    return unchanged({ ...state, folders: [] })
  }
  const tree = parse(text)
  for (const error of tree.errors ?? []) doubt(reading, 'unparsable', error.message)
  if (tree.commands.length === 0) refuse(reading, 'empty', 'there is no command')
  const next = walkNode(tree, state, reading)
  if (state.depth > 0 || reading.refusals.length > 0 || reading.doubts.length > 0) return next
  readAgain(text, tree, reading)
  return next
}

/** What would be allowed is divided into words a second time; where both readings differ, it is not. */
function readAgain(text: string, tree: ParsedScript, reading: Reading): void {
  const tokens = readTokens(text)
  const difference = typeof tokens === 'string' ? tokens : treeDisagreement(text, tree, tokens)
  if (difference !== undefined) refuse(reading, 'reading', difference)
}

function readWords(words: readonly (string | undefined)[], state: ShellState, reading: Reading): NextStates {
  const [program] = words
  const call: Call = {
    name: program === undefined ? undefined : basename(program) || program,
    program,
    words: words.slice(1),
    unknown: new Map(),
    odd: new Set(),
    // A program that another one starts knows no functions of the shell.
    state: { ...state, functions: new Map() },
  }
  return examineCall(call, reading)
}
