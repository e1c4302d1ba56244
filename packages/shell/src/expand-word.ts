import { expandBraces } from './expand-braces.ts'
import { expandGlob, hasGlob } from './expand-glob.ts'
import type { Ground } from './ground.ts'
import type { ShellState } from './shell-state.ts'
import { type Cell, isPlain, readCells } from './word-cells.ts'

/** What a word becomes. */
export interface ExpandedWord {
  /** The words it becomes; one that is `undefined` cannot be known. */
  readonly words: readonly (string | undefined)[]
  /** Names of variables without a known value, where nothing else keeps the word from being known, and all of them are quoted. */
  readonly unknown?: readonly string[]
  /** Written without any quote, expansion or pattern. */
  readonly plain?: true
  /** The pattern in it aims at names under which secrets are kept. */
  readonly secret?: true
}

const dynamic: ExpandedWord = { words: [undefined] }

/** Expands a word in bash's order: braces, tilde, variables, file names, quotes. What is not one of the forms that are read is `undefined`. */
export function expandWord(text: string, state: ShellState, ground: Ground): ExpandedWord {
  if (isPlain(text) && !/[:=]~/.test(text)) return { words: [text], plain: true }
  const cells = readCells(text)
  if (cells === undefined) return dynamic
  const choices = expandBraces(cells)
  if (choices === undefined) return dynamic
  const expanded = choices.map((choice) => expandCells(choice, state, ground))
  if (expanded.length === 1) return expanded[0] ?? dynamic
  return {
    words: expanded.flatMap(({ words }) => words),
    ...(expanded.some(({ secret }) => secret === true) && { secret: true }),
  }
}

function expandCells(cells: readonly Cell[], state: ShellState, ground: Ground): ExpandedWord {
  const homely = expandTilde(cells, ground)
  if (homely === undefined) return dynamic
  const known = expandVariables(homely, state)
  if (known === undefined) return unknownWord(homely)
  if (known.length === 0) return { words: [] }
  if (!hasGlob(known)) return { words: [textOf(known)] }
  const globs = state.folders.map((folder) => expandGlob(known, folder, ground))
  const [first] = globs
  if (first === undefined || globs.some((glob) => glob?.words.join('\0') !== first.words.join('\0')))
    return dynamic
  return { words: first.words, ...(first.secret && { secret: true }) }
}

function textOf(cells: readonly Cell[]): string {
  return cells.map(({ text }) => text).join('')
}

function expandTilde(cells: readonly Cell[], ground: Ground): readonly Cell[] | undefined {
  const tilde = cells.findIndex(
    ({ text, quoted }, index) => text === '~' && !quoted && (index === 0 || isSeparator(cells[index - 1])),
  )
  if (tilde === -1) return cells
  const next = cells[1]
  if (tilde > 0 || ground.home === undefined || (next !== undefined && (next.text !== '/' || next.quoted)))
    return undefined
  return [{ text: ground.home, quoted: true }, ...cells.slice(1)]
}

function isSeparator(cell: Cell | undefined): boolean {
  return cell !== undefined && !cell.quoted && (cell.text === ':' || cell.text === '=')
}

function expandVariables(cells: readonly Cell[], state: ShellState): readonly Cell[] | undefined {
  if (!cells.some(({ variable }) => variable === true)) return cells
  const expanded: Cell[] = []
  for (const { text, quoted, variable } of cells) {
    if (variable === undefined) {
      expanded.push({ text, quoted })
      continue
    }
    const value = state.variables.get(text)
    if (value === undefined || (!quoted && !/^[\w./,+@%:=^-]*$/.test(value))) return undefined
    if (quoted || value !== '') expanded.push({ text: value, quoted: true })
  }
  return expanded
}

/** Names of what keeps a word from being known; `*` after the name of one that is split and matched against file names. */
function unknownWord(cells: readonly Cell[]): ExpandedWord {
  const variables = cells.filter(({ variable }) => variable === true)
  return {
    words: [undefined],
    unknown: variables.map(({ text, quoted }) => (quoted || /^[?#]$/.test(text) ? text : `${text}*`)),
  }
}
