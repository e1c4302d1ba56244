import { columnsOf } from './columns.ts'

/** What stands in the live region: lines that are no wider than the terminal, and where the cursor is among them. */
export interface Frame {
  readonly lines: readonly string[]
  /** Hidden when left out. */
  readonly cursor?: { readonly row: number; readonly column: number }
}

/** Nothing is drawn; the cursor stands at the beginning of a line. */
export const emptyFrame: Frame = { lines: [''] }

const escape = '\u001B['
/** DEC private mode 2026: a terminal that knows it shows all of it at once. Others pass it by. */
const atOnce = { begin: `${escape}?2026h`, end: `${escape}?2026l` }
/** DECAWM off: a line whose width the terminal sees otherwise is cut, and never takes two rows. */
const noWrap = { begin: `${escape}?7l`, end: `${escape}?7h` }
const cursorShown = { yes: `${escape}?25h`, no: `${escape}?25l` }
const eraseLine = `${escape}2K`
const eraseBelow = `${escape}J`

/**
 * What a terminal must be sent so that, where `before` stood, `printed` stands for good with `next` below it. `width`: its columns now; where they are fewer than
 * they were, it has broken lines of `before` in two, and those rows are counted. Pure.
 */
export function redraw(before: Frame, next: Frame, printed: readonly string[], width: number): string {
  const top = up(rowsAbove(before, width))
  const kept = printed.length === 0 && rowsOf(before, width) === before.lines.length
  const above = printed.map((line) => `${eraseLine}${noWrap.begin}${line}${noWrap.end}\r\n`).join('')
  const lines = next.lines.map((line, row) =>
    kept && line === before.lines[row] ? '' : `${eraseLine}${line}`,
  )
  const shrinks = !kept || next.lines.length < before.lines.length
  const region = `${noWrap.begin}${lines.join('\r\n')}${noWrap.end}`
  return [
    atOnce.begin,
    cursorShown.no,
    top,
    '\r',
    ...(kept ? [] : [eraseUnless(printed)]),
    above,
    region,
    ...(shrinks ? [eraseAfter(next)] : []),
    cursorTo(next),
    atOnce.end,
  ].join('')
}

/** Clears the live region away, as if there had been none. */
export function withdraw(before: Frame, width: number): string {
  return `${up(rowsAbove(before, width))}\r${eraseBelow}${cursorShown.yes}`
}

/** What is left below is erased from where the region ends, so that no new row is scrolled in for it. */
function eraseAfter({ lines }: Frame): string {
  return `${escape}${columnsOf(lines.at(-1) ?? '') + 1}G${eraseBelow}`
}

/** Rows that are about to be written over are cleared one by one, which does not flicker. */
function eraseUnless(printed: readonly string[]): string {
  return printed.length > 0 ? '' : eraseBelow
}

function cursorTo({ lines, cursor }: Frame): string {
  if (cursor === undefined) return ''
  return `${up(lines.length - 1 - cursor.row)}${escape}${cursor.column + 1}G${cursorShown.yes}`
}

function up(rows: number): string {
  return rows > 0 ? `${escape}${rows}A` : ''
}

function rowsOf({ lines }: Frame, width: number): number {
  return lines.reduce((sum, line) => sum + rowsOfLine(line, width), 0)
}

function rowsOfLine(line: string, width: number): number {
  return Math.max(1, Math.ceil(columnsOf(line) / Math.max(1, width)))
}

/** How many rows of the region are above the one with the cursor. */
function rowsAbove({ lines, cursor }: Frame, width: number): number {
  const row = cursor?.row ?? lines.length - 1
  const above = rowsOf({ lines: lines.slice(0, row) }, width)
  const column = cursor?.column ?? columnsOf(lines.at(-1) ?? '')
  return above + Math.floor(Math.max(0, column - (cursor === undefined ? 1 : 0)) / Math.max(1, width))
}
