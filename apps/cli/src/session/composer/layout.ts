import { safeText } from '../../terminal/safe-text.ts'
import { charactersOf, columnsOf } from '../screen/columns.ts'
import type { Composer } from './composer.ts'

/** One row of a composer, and which part of the text stands in it. */
export interface ComposerRow {
  readonly shown: string
  readonly start: number
  readonly end: number
}

/** A text in rows of at most `width` columns, and where its cursor is. */
export interface ComposerLayout {
  readonly rows: readonly ComposerRow[]
  readonly cursor: { readonly row: number; readonly column: number }
}

/** Lays a text out. A line that is too long goes on in the next row. Pure. */
export function layOut({ text, cursor }: Pick<Composer, 'text' | 'cursor'>, width: number): ComposerLayout {
  const rows: ComposerRow[] = []
  let offset = 0
  for (const line of text.split('\n')) {
    rows.push(...rowsOf(line, offset, Math.max(2, width)))
    offset += line.length + 1
  }
  const row = rows.findLastIndex(({ start }) => start <= cursor)
  const at = rows[Math.max(0, row)]
  const column = at === undefined ? 0 : columnsOf(visible(text.slice(at.start, cursor)))
  return { rows, cursor: { row: Math.max(0, row), column } }
}

function rowsOf(line: string, offset: number, width: number): readonly ComposerRow[] {
  const rows: ComposerRow[] = []
  let [start, shown, columns, position] = [offset, '', 0, offset]
  for (const character of charactersOf(line)) {
    const seen = visible(character)
    const room = columnsOf(seen)
    if (columns + room > width) {
      rows.push({ shown, start, end: position })
      ;[start, shown, columns] = [position, '', 0]
    }
    shown += seen
    columns += room
    position += character.length
  }
  return [...rows, { shown, start, end: position }]
}

/** What was pasted may hold anything. */
function visible(text: string): string {
  return safeText(text).replaceAll('\t', '  ')
}

/** Where the cursor comes to one row higher or lower, near the column it is in; `undefined` where there is no such row. */
export function rowAway(composer: Composer, width: number, by: 1 | -1): number | undefined {
  const { rows, cursor } = layOut(composer, width)
  const row = rows[cursor.row + by]
  if (row === undefined) return undefined
  let [column, position] = [0, row.start]
  for (const character of charactersOf(composer.text.slice(row.start, row.end))) {
    column += columnsOf(visible(character))
    if (column > cursor.column) break
    position += character.length
  }
  return position
}
