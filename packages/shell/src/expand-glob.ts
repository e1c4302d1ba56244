import { type Ground, isInside } from './ground.ts'
import { globExpression } from './match-glob.ts'
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
    const expression = globExpression(part)
    if (expression === undefined) return undefined
    secret ||= aimsAtSecrets(part, expression)
    const fits = found.flatMap((prefix) => fitting(prefix, expression, literal, folder, ground))
    if (fits.length > mostNames) return undefined
    found = fits.map((name) => (index < parts.length - 1 ? `${name}/` : name))
  }
  const words = found.filter((name) => exists(name, folder, ground))
  return { words: words.length > 0 ? words : [textOf(cells)], secret }
}

/** Whether a word has characters that bash would expand to file names. */
export function hasGlob(cells: readonly Cell[]): boolean {
  return cells.some(({ text, quoted }) => !quoted && (text === '*' || text === '?' || text === '['))
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

function fitting(
  prefix: string,
  expression: RegExp,
  literal: string,
  folder: string,
  ground: Ground,
): readonly string[] {
  const at = prefix === '' ? folder : prefix.startsWith('/') ? prefix : `${folder}/${prefix}`
  // Nothing outside the workspace is listed: what is asked for there asks anyway.
  if (!isInside(ground, ground.real(at))) return [prefix + literal]
  const dots = literal.startsWith('.')
  const names = (ground.list(at) ?? []).map(({ name }) => name)
  return [...(dots ? ['.', '..'] : []), ...names]
    .filter((name) => (dots || !name.startsWith('.')) && expression.test(name))
    .map((name) => prefix + name)
}

function exists(name: string, folder: string, ground: Ground): boolean {
  const slash = name.lastIndexOf('/')
  const parent =
    slash === -1
      ? folder
      : name.startsWith('/')
        ? name.slice(0, slash + 1)
        : `${folder}/${name.slice(0, slash + 1)}`
  const last = name.slice(slash + 1)
  if (last === '' || last === '.' || last === '..') return true
  if (!isInside(ground, ground.real(parent))) return true
  return (ground.list(parent) ?? []).some((entry) => entry.name === last)
}

/** A pattern that fits every name aims at nothing; one that fits a secret name and no common one aims at that. */
function aimsAtSecrets(part: readonly Cell[], expression: RegExp): boolean {
  if (isSecretName(textOf(part))) return true
  const fits = secretSamples.some(
    (sample) => expression.test(sample) && sample.startsWith('.') === textOf(part).startsWith('.'),
  )
  return fits && !expression.test('index') && !expression.test('zq')
}
