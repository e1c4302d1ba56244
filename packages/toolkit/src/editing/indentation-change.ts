import { indentOf } from './trailing-space.ts'

/** How the indentation of an old text becomes that of a file. */
export interface IndentationChange {
  readonly confidence: number
  /** A line of the new text as the file would have it; `undefined` where that cannot be told. */
  carry(line: string): string | undefined
}

const shifted = 0.95
const converted = 0.93
const widest = 8

/**
 * The one change that explains the indentation of every line that is not blank: the same white space more or less on all, or tabs for a fixed number of
 * spaces. `undefined` where there is none, or where nothing differs.
 */
export function indentationChange(
  pairs: readonly { readonly old: string; readonly file: string }[],
): IndentationChange | undefined {
  const indents = pairs
    .filter(({ old }) => old.trim() !== '')
    .map(({ old, file }) => ({ old: indentOf(old), file: indentOf(file) }))
  if (indents.every(({ old, file }) => old === file)) return undefined
  return shiftOf(indents) ?? tabsToSpaces(indents) ?? spacesToTabs(indents)
}

interface IndentPair {
  readonly old: string
  readonly file: string
}

function shiftOf(indents: readonly IndentPair[]): IndentationChange | undefined {
  const [first] = indents
  if (first === undefined) return undefined
  const more = first.file.slice(0, first.file.length - first.old.length)
  if (more !== '' && indents.every(({ old, file }) => file === more + old)) {
    return { confidence: shifted, carry: (line) => (line.trim() === '' ? line : more + line) }
  }
  const less = first.old.slice(0, first.old.length - first.file.length)
  if (less === '' || !indents.every(({ old, file }) => old === less + file)) return undefined
  return { confidence: shifted, carry: (line) => withoutPrefix(line, less) }
}

function withoutPrefix(line: string, prefix: string): string | undefined {
  if (line.trim() === '') return line
  return line.startsWith(prefix) ? line.slice(prefix.length) : undefined
}

function tabsToSpaces(indents: readonly IndentPair[]): IndentationChange | undefined {
  const width = widthOf(
    indents,
    ({ old }) => old,
    ({ file }) => file,
  )
  if (width === undefined) return undefined
  return {
    confidence: converted,
    carry: (line) => withIndent(line, (tabs) => ' '.repeat(tabs.length * width), /^\t*/),
  }
}

function spacesToTabs(indents: readonly IndentPair[]): IndentationChange | undefined {
  const width = widthOf(
    indents,
    ({ file }) => file,
    ({ old }) => old,
  )
  if (width === undefined) return undefined
  const narrow = (spaces: string): string =>
    '\t'.repeat(Math.floor(spaces.length / width)) + ' '.repeat(spaces.length % width)
  return { confidence: converted, carry: (line) => withIndent(line, narrow, /^ */) }
}

/** How many spaces stand for a tab, where one side is made of tabs alone and the other of spaces alone. */
function widthOf(
  indents: readonly IndentPair[],
  tabs: (pair: IndentPair) => string,
  spaces: (pair: IndentPair) => string,
): number | undefined {
  const indented = indents.find((pair) => tabs(pair) !== '')
  if (indented === undefined) return undefined
  const width = spaces(indented).length / tabs(indented).length
  const fits = indents.every(
    (pair) => /^\t*$/.test(tabs(pair)) && spaces(pair) === ' '.repeat(tabs(pair).length * width),
  )
  return Number.isInteger(width) && width >= 1 && width <= widest && fits ? width : undefined
}

function withIndent(line: string, change: (indent: string) => string, indent: RegExp): string {
  return line.replace(indent, change)
}
