import { follow, type Ground, isInside } from './ground.ts'
import { type GlobMatcher, globMatcher } from './match-glob.ts'
import { isSecretName, secretSamples } from './secret-names.ts'
import type { Cell } from './word-cells.ts'

/** What became of a pattern of file names. */
export interface ExpandedGlob {
  /** The names that fit, or the pattern itself where none does, as bash leaves it. */
  readonly words: readonly string[]
  /** Whether the pattern fits a name under which secrets are kept, and so names that one, there or not. */
  readonly secret: boolean
}

/** How many names a pattern may stand for. */
const mostNames = 2000

/** Expands a pattern from a folder as bash does with its default options. `undefined` where that cannot be told. */
export function expandGlob(cells: readonly Cell[], folder: string, ground: Ground): ExpandedGlob | undefined {
  const parts = components(cells)
  let secret = false
  let found: readonly string[] = ['']
  for (const [index, part] of parts.entries()) {
    const literal = textOf(part)
    if (!hasGlob(part)) {
      found = found.map((prefix) => prefix + literal + (index < parts.length - 1 ? '/' : ''))
      continue
    }
    const expression = globMatcher(part)
    if (expression === undefined) return undefined
    secret ||= aimsAtSecrets(part, expression)
    const fits = fitting(found, expression, literal, folder, ground)
    if (fits === undefined || fits.length > mostNames) return undefined
    found =
      index === parts.length - 1
        ? fits
        : fits.filter((name) => isFolder(name, folder, ground)).map((name) => `${name}/`)
  }
  const words = found.filter((name) => exists(name, folder, ground))
  return { words: words.length > 0 ? words : [textOf(cells)], secret }
}

/** Whether a word has characters that bash would expand to file names. */
export function hasGlob(cells: readonly Cell[]): boolean {
  const closed = cells.findLastIndex(({ text, quoted }) => !quoted && text === ']')
  return cells.some(
    ({ text, quoted }, index) =>
      !quoted && (text === '*' || text === '?' || (text === '[' && index < closed)),
  )
}

function components(cells: readonly Cell[]): readonly (readonly Cell[])[] {
  const parts: Cell[][] = [[]]
  // Quoted runs come as one cell, so a slash may stand inside one.
  for (const cell of cells.flatMap(({ text, quoted }) => Array.from(text, (one) => ({ text: one, quoted }))))
    if (cell.text === '/') parts.push([])
    else parts.at(-1)?.push(cell)
  return parts
}

function textOf(cells: readonly Cell[]): string {
  return cells.map(({ text }) => text).join('')
}

/**
 * Names that fit, in every folder that was found so far. `undefined` where it looks outside of the workspace, where nothing is listed, or where `.`
 * or `..` fits, which bash counts in some versions and not in others.
 */
function fitting(
  prefixes: readonly string[],
  expression: GlobMatcher,
  literal: string,
  folder: string,
  ground: Ground,
): readonly string[] | undefined {
  const dots = literal.startsWith('.')
  if (dots && (expression.test('.') || expression.test('..'))) return undefined
  const fits: string[] = []
  for (const prefix of prefixes) {
    const at = follow(ground, folder, prefix)
    if (!isInside(ground, at)) return undefined
    for (const { name } of ground.list(at) ?? [])
      if ((dots || !name.startsWith('.')) && expression.test(name)) fits.push(prefix + name)
  }
  return fits
}

/** Whether a name leads to a folder, through a link too. Nothing outside the workspace is looked at. */
function isFolder(name: string, folder: string, ground: Ground): boolean {
  const path = follow(ground, folder, name)
  return !isInside(ground, path) || ground.list(path) !== undefined
}

function exists(name: string, folder: string, ground: Ground): boolean {
  const last = name.slice(name.lastIndexOf('/') + 1)
  if (last === '' || last === '.' || last === '..') return true
  const parent = follow(ground, folder, name.slice(0, name.length - last.length))
  return !isInside(ground, parent) || (ground.list(parent) ?? []).some((entry) => entry.name === last)
}

/** Names that are nearly everywhere: who writes a pattern that fits one of these means it. */
const commonNames = ['index', 'zq', 'package.json', 'notes.txt']

/** A pattern that fits every name aims at nothing; one that fits a secret name and no common one aims at that. */
function aimsAtSecrets(part: readonly Cell[], expression: GlobMatcher): boolean {
  if (isSecretName(textOf(part))) return true
  const fits = secretSamples.some(
    (sample) => expression.test(sample) && sample.startsWith('.') === textOf(part).startsWith('.'),
  )
  return fits && !commonNames.some((name) => expression.test(name))
}
