import { type CommandPattern, commandPattern, type Invocation, matchesCommandPattern } from '@keepup/shell'

import type { Match } from './match.ts'
import type { Place } from './place.ts'
import { fitsWildcard } from './wildcard.ts'

/** Whether a program, with its words, is what a rule speaks of. */
export type MatchInvocation = (invocation: Invocation) => Match

/** What a command rule says of which commands. */
export interface CommandRule {
  readonly command: string
  readonly prefix?: boolean | undefined
}

/** The words of a pattern that holds nothing but words; `undefined` where it has slots or choices. */
export function plainWords({ command }: CommandRule): readonly string[] | undefined {
  return /[()|<>]/.test(command) ? undefined : command.trim().split(/\s+/)
}

/** Whether a pattern means every command. */
export function isEveryCommand({ command }: CommandRule): boolean {
  return /^\s*\*{1,2}\s*$/.test(command)
}

/**
 * A pattern that allows: exactly what it says, the program as it was written and every word known. Of a prefix, the words that come first.
 *
 * @throws KeepupError `configuration-invalid`, where the pattern cannot be read.
 */
export function allowedCommand(rule: CommandRule, place: Place): MatchInvocation {
  if (isEveryCommand(rule)) return () => 'yes'
  if (rule.prefix === true) {
    const wanted = plainWords(rule) ?? [rule.command]
    return ({ program, words }) =>
      wanted.every((word, index) => fitsWord(word, index === 0 ? program : words[index - 1])) ? 'yes' : 'no'
  }
  const pattern = commandPattern(rule.command)
  return ({ program, words }) =>
    matchesCommandPattern([program, ...words], pattern, place.command) ? 'yes' : 'no'
}

/**
 * A pattern that denies or asks: everything that begins so, whatever path the program is called by and whatever options stand between the words. Where an
 * option of the pattern may be spelled another way, or a word is not known, it may be meant.
 *
 * @throws KeepupError `configuration-invalid`, where the pattern cannot be read.
 */
export function refusedCommand(rule: CommandRule, place: Place): MatchInvocation {
  if (isEveryCommand(rule)) return () => 'yes'
  const words = plainWords(rule)
  return words === undefined ? refusedPattern(rule.command, place) : refusedWords(words)
}

function refusedWords([program = '', ...wanted]: readonly string[]): MatchInvocation {
  const base = baseName(program)
  return ({ name, words }) => {
    if (name === '*') return 'maybe'
    return fitsWildcard(base, name.toLowerCase()) ? followsWords(wanted, words) : 'no'
  }
}

function followsWords(wanted: readonly string[], words: readonly (string | undefined)[]): Match {
  const rest = wanted.filter((word) => word !== '*')
  const options = rest.filter((word) => word.startsWith('-'))
  const missing = options.filter(
    (option) => !words.some((word) => word !== undefined && fitsWord(option, word)),
  )
  const operands = rest.filter((word) => !word.startsWith('-'))
  const match = followsOperands(operands, words)
  if (match === 'no' || missing.length === 0) return match
  // Options are bundled, abbreviated and given in any order: any option may be the one that is meant.
  return words.some((word) => word === undefined || word.startsWith('-')) ? 'maybe' : 'no'
}

/** Whether words come in order, with nothing but options and their values before, between and after them. */
function followsOperands(wanted: readonly string[], words: readonly (string | undefined)[]): Match {
  let next = 0
  for (let index = 0; next < wanted.length && index < words.length; index += 1) {
    const word = words[index]
    if (word === undefined) return 'maybe'
    if (fitsWord(wanted[next] ?? '', word)) next += 1
    else if (!word.startsWith('-') && !(words[index - 1] ?? '').startsWith('-')) return 'no'
  }
  return next === wanted.length ? 'yes' : 'no'
}

/** A pattern with slots or choices: fits where the words begin so, with the options among them or without. */
function refusedPattern(command: string, place: Place): MatchInvocation {
  const pattern = commandPattern(command)
  const first = plainWords({ command: command.trim().split(/\s+/)[0] ?? '' })?.[0]
  return ({ name, program, words }) => {
    if (name === '*') return 'maybe'
    const spellings = [name, program].flatMap((called) => [
      [called, ...words],
      [called, ...words.filter((word) => word === undefined || !word.startsWith('-'))],
    ])
    if (spellings.some((spelling) => beginsSo(spelling, pattern, place))) return 'yes'
    const perhaps = first === undefined || baseName(first) === name.toLowerCase()
    // What is not quite the pattern may be another spelling of it.
    return perhaps ? 'maybe' : 'no'
  }
}

function beginsSo(words: readonly (string | undefined)[], pattern: CommandPattern, place: Place): boolean {
  const most = Math.min(words.length, 64)
  for (let length = 1; length <= most; length += 1) {
    if (matchesCommandPattern(words.slice(0, length), pattern, place.command)) return true
  }
  return false
}

function fitsWord(pattern: string, word: string | undefined): boolean {
  return word !== undefined && (pattern === word || fitsWildcard(pattern, word))
}

function baseName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1).toLowerCase()
}
