import type { Cell } from './word-cells.ts'

/**
 * One component of a file name pattern as a regular expression, or `undefined` where it is not one that is read: character classes
 * (`[[:alpha:]]`), collations anything escaped inside brackets, and more stars than anybody needs.
 */
export function globExpression(cells: readonly Cell[]): RegExp | undefined {
  // Many stars in one name take a matcher long.
  if (cells.filter(({ text, quoted }) => text === '*' && !quoted).length > 6) return undefined
  let source = ''
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at]
    if (cell === undefined) break
    if (cell.quoted) source += escapeExpression(cell.text)
    else if (cell.text === '*') source += '.*'
    else if (cell.text === '?') source += '.'
    else if (cell.text === '[') {
      const bracket = readBracket(cells, at)
      if (bracket === undefined) return undefined
      source += bracket.source
      at = bracket.end
    } else source += escapeExpression(cell.text)
  }
  return new RegExp(`^${source}$`, 'su')
}

function readBracket(cells: readonly Cell[], start: number): { source: string; end: number } | undefined {
  let body = ''
  for (let at = start + 1; at < cells.length; at++) {
    const cell = cells[at]
    if (cell === undefined || cell.quoted) return undefined
    if (cell.text === ']' && body !== '') return { source: bracketSource(body), end: at }
    if (!/^[\w!^.-]$/.test(cell.text)) return undefined
    body += cell.text
  }
  return undefined
}

function bracketSource(body: string): string {
  const negated = /^[!^]/.test(body)
  const members = (negated ? body.slice(1) : body).replace(/\^/g, '\\^')
  // Ranges depend on the locale: those that are not of one kind fit anything.
  if (/[^\W_]-[^\W_]/.test(members) && !/^(\d-\d|[a-z]-[a-z]|[A-Z]-[A-Z]|[^-])+$/.test(members)) return '.'
  return negated ? `[^${members}]` : `[${members}]`
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
}
