import type { OptionKind, OptionTable } from './option-table.ts'

/** An option as it was given. */
export interface GivenOption {
  /** With its dashes; `-#` for a number. */
  readonly name: string
  readonly value?: string | undefined
  /** Whether its value is a file that is read. */
  readonly path: boolean
}

/** The words of a call, told apart. */
export interface ReadWords {
  readonly options: readonly GivenOption[]
  readonly operands: readonly (string | undefined)[]
  /** What is not in the table, as it was written. */
  readonly unknown: readonly string[]
  /** Whether a word that cannot be known might be an option. */
  readonly dynamic: boolean
  /** Index of the word after `--`, or of the first operand where that ends the options. */
  readonly rest: number
}

interface Progress {
  readonly words: readonly (string | undefined)[]
  readonly table: OptionTable
  readonly options: GivenOption[]
  readonly operands: (string | undefined)[]
  readonly unknown: string[]
  dynamic: boolean
  at: number
}

/** Tells options from operands by a table: bundles letter by letter, no abbreviations. */
export function readOptions(words: readonly (string | undefined)[], table: OptionTable): ReadWords {
  const progress: Progress = { words, table, options: [], operands: [], unknown: [], dynamic: false, at: 0 }
  let rest = words.length
  while (progress.at < words.length) {
    const word = words[progress.at]
    progress.at++
    if (word === '--') {
      rest = progress.at
      progress.operands.push(...words.slice(progress.at))
      break
    }
    if (word !== undefined && word.startsWith('-') && word !== '-') readOption(word, progress)
    else if (!table.permute) {
      rest = progress.at - 1
      progress.dynamic ||= word === undefined
      progress.operands.push(...words.slice(rest))
      break
    } else {
      progress.dynamic ||= word === undefined
      progress.operands.push(word)
    }
  }
  const { options, operands, unknown, dynamic } = progress
  return { options, operands, unknown, dynamic, rest }
}

function readOption(word: string, progress: Progress): void {
  if (progress.table.numbers && /^-\d+$/.test(word)) {
    progress.options.push({ name: '-#', value: word.slice(1), path: false })
    return
  }
  if (word.startsWith('--')) readLong(word, progress)
  else readBundle(word, progress)
}

function readLong(word: string, progress: Progress): void {
  const equals = word.indexOf('=')
  const name = equals === -1 ? word : word.slice(0, equals)
  const kind = progress.table.options.get(name)
  if (kind === undefined || (kind === 'flag' && equals !== -1)) {
    progress.unknown.push(word)
  } else if (equals !== -1) {
    giveValue(name, kind, word.slice(equals + 1), progress)
  } else if (kind !== 'flag' && kind !== 'optional') {
    takeValue(name, kind, progress)
  } else {
    progress.options.push({ name, path: false })
  }
}

function readBundle(word: string, progress: Progress): void {
  for (let at = 1; at < word.length; at++) {
    const name = `-${word.charAt(at)}`
    const kind = progress.table.options.get(name)
    const joined = word.slice(at + 1)
    if (kind === undefined) {
      progress.unknown.push(word)
      return
    }
    if (kind === 'flag') {
      progress.options.push({ name, path: false })
      continue
    }
    if (joined !== '') giveValue(name, kind, joined, progress)
    else if (kind === 'optional') progress.options.push({ name, path: false })
    else takeValue(name, kind, progress)
    return
  }
}

function takeValue(name: string, kind: OptionKind, progress: Progress): void {
  const value = progress.words[progress.at]
  // What looks like an option is not believed to be the value of another: versions differ in what takes one.
  if (progress.at >= progress.words.length || (value !== undefined && /^-.*[^\d-]/s.test(value)))
    progress.unknown.push(value === undefined ? name : `${name} ${value}`)
  progress.dynamic ||= value === undefined
  progress.at++
  giveValue(name, kind, value, progress)
}

/** A width or a number of threads that is larger than anybody needs fills memory: it counts as an option that is not known. */
function giveValue(name: string, kind: OptionKind, value: string | undefined, progress: Progress): void {
  if (kind === 'count' && value !== undefined && !/^\d{1,3}$/.test(value))
    progress.unknown.push(`${name} ${value}`)
  progress.options.push({ name, value, path: kind === 'path' })
}
