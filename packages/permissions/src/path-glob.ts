import type { Match } from './match.ts'
import { fitsSequence, fitsWildcard } from './wildcard.ts'

/** A pattern of absolute paths: `*` and `?` within one name, `**` for any number of names. `FOLDER/**` means the folder too. */
export interface PathGlob {
  readonly names: readonly string[]
}

/** A name that no pattern holds, and that only a wildcard fits. */
const anyName = '\uE000'.repeat(64)

/** Reads an absolute pattern. Dot names are left out, `..` goes up lexically. */
export function pathGlob(pattern: string): PathGlob {
  const names: string[] = []
  for (const name of pattern.split('/')) {
    if (name === '' || name === '.') continue
    if (name === '..') names.pop()
    else if (name !== '**' || names.at(-1) !== '**') names.push(name)
  }
  return { names }
}

/** The names of the folder in which everything lies that a pattern can mean. */
export function literalNames({ names }: PathGlob): readonly string[] {
  const end = names.findIndex((name) => /[*?]/.test(name))
  return end < 0 ? names : names.slice(0, end)
}

/** Whether a path fits. `PATH/**` is everything beneath a folder: `maybe` where only a part of that fits. `*` is a path that is not known. */
export function matchPath(glob: PathGlob, target: string): Match {
  if (target === '*' || target === '**') return 'maybe'
  const beneath = target.endsWith('/**')
  const names = (beneath ? target.slice(0, -3) : target).split('/').filter((name) => name !== '')
  if (!beneath) return fits(glob, names) ? 'yes' : 'no'
  if (fits(glob, [...names, anyName]) && fits(glob, [...names, anyName, anyName])) return 'yes'
  return reachesBeneath(glob, names) ? 'maybe' : 'no'
}

/** Whether a pattern means every path there is. */
export function isEveryPath({ names }: PathGlob): boolean {
  return names.length === 1 && names[0] === '**'
}

function fits({ names: items }: PathGlob, names: readonly string[]): boolean {
  if (items.length > 1 && items.at(-1) === '**' && fitsNames(items.slice(0, -1), names)) return true
  return fitsNames(items, names)
}

function fitsNames(items: readonly string[], names: readonly string[]): boolean {
  return fitsSequence(items, names, '**', fitsName)
}

function fitsName(item: string, name: string): boolean {
  return item === name || (/[*?]/.test(item) && fitsWildcard(item, name))
}

/** Whether something beneath a folder could fit: whether a part of the pattern is left once the folder's names are used up. */
function reachesBeneath({ names: items }: PathGlob, names: readonly string[]): boolean {
  let positions = skipMany(items, new Set([0]))
  for (const name of names) {
    const next = new Set<number>()
    for (const position of positions) {
      const item = items[position]
      if (item === '**') next.add(position)
      else if (item !== undefined && fitsName(item, name)) next.add(position + 1)
    }
    positions = skipMany(items, next)
  }
  return [...positions].some((position) => position < items.length)
}

function skipMany(items: readonly string[], positions: Set<number>): Set<number> {
  for (const position of positions) if (items[position] === '**') positions.add(position + 1)
  return positions
}
