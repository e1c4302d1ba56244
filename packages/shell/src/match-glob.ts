import type { Cell } from './word-cells.ts'

/** One component of a file name pattern, read. */
export interface GlobMatcher {
  /** Whether a name fits. It takes at most the length of the pattern times that of the name, however many stars there are. */
  test(name: string): boolean
  /** How many characters were compared so far. */
  readonly steps: number
}

/** A character that must be there, one of some, or any text. */
type Part = { readonly type: 'star' } | { readonly type: 'one'; fits(character: string): boolean }

const anything: Part = { type: 'one', fits: () => true }

/**
 * One component of a file name pattern, or `undefined` where it is not one that is read: character classes (`[[:alpha:]]`), collations, anything
 * escaped inside brackets.
 */
export function globMatcher(cells: readonly Cell[]): GlobMatcher | undefined {
  const parts: Part[] = []
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at]
    if (cell === undefined) break
    if (cell.quoted || !/^[*?[]$/.test(cell.text)) parts.push(...Array.from(cell.text, literal))
    else if (cell.text === '?') parts.push(anything)
    else if (cell.text === '*') parts.push({ type: 'star' })
    else {
      const bracket = readBracket(cells, at)
      if (bracket === undefined) return undefined
      parts.push(bracket.part)
      at = bracket.end
    }
  }
  return matcherOf(parts)
}

function literal(text: string): Part {
  return { type: 'one', fits: (character) => character === text }
}

function matcherOf(parts: readonly Part[]): GlobMatcher {
  let steps = 0
  const test = (name: string): boolean => {
    const characters = Array.from(name)
    let [part, at, star, from] = [0, 0, -1, 0]
    // Only the last star is tried again: what an earlier one takes was the least, and more of it helps nothing.
    while (at < characters.length) {
      steps++
      const next = parts[part]
      if (next?.type === 'star') [star, from, part] = [part, at, part + 1]
      else if (next?.fits(characters[at] ?? '') === true) [part, at] = [part + 1, at + 1]
      else if (star === -1) return false
      else [part, at, from] = [star + 1, from + 1, from + 1]
    }
    return parts.slice(part).every(({ type }) => type === 'star')
  }
  return {
    test,
    get steps() {
      return steps
    },
  }
}

function readBracket(cells: readonly Cell[], start: number): { part: Part; end: number } | undefined {
  let body = ''
  for (let at = start + 1; at < cells.length; at++) {
    const cell = cells[at]
    if (cell === undefined || cell.quoted) return undefined
    if (cell.text === ']' && body !== '') return { part: bracketPart(body), end: at }
    if (!/^[\w!^.-]$/.test(cell.text)) return undefined
    body += cell.text
  }
  return undefined
}

function bracketPart(body: string): Part {
  const negated = /^[!^]/.test(body)
  const members = (negated ? body.slice(1) : body).replace(/\^/g, '\\^')
  // Ranges depend on the locale: those that are not of one kind fit anything.
  if (/[^\W_]-[^\W_]/.test(members) && !/^(\d-\d|[a-z]-[a-z]|[A-Z]-[A-Z]|[^-])+$/.test(members))
    return anything
  const expression = expressionOf(negated ? `[^${members}]` : `[${members}]`)
  if (expression === undefined) return anything
  return { type: 'one', fits: (character) => expression.test(character) }
}

/** A range that ends before it begins is no range: shells differ in what it fits. */
function expressionOf(bracket: string): RegExp | undefined {
  try {
    return new RegExp(bracket, 'su')
  } catch {
    return undefined
  }
}
