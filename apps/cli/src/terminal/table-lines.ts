import type { Style } from './style.ts'
import { fit, pad, textWidth } from './width.ts'

/** A column of a table. */
export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
}

/** One row: a text for each column, without line breaks and colour, and how the whole of it looks. */
export interface Row {
  readonly cells: readonly string[]
  readonly paint?: (text: string) => string
}

/** A table whose columns are as wide as what they hold, and whose last one is cut so that lines have at most `width` columns. Columns that are empty are left out. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly Row[],
  { style, width }: { readonly style: Style; readonly width: number },
): readonly string[] {
  const shown = columns.flatMap((column, index) =>
    rows.some(({ cells }) => (cells[index] ?? '') !== '') ? [{ ...column, index }] : [],
  )
  const title: Row = { cells: columns.map((column) => column.title), paint: style.dim }
  const all = [title, ...rows]
  const widths = shown.map(({ index }) => Math.max(...all.map(({ cells }) => textWidth(cells[index] ?? ''))))
  return all.map(({ cells, paint = (text: string) => text }) => {
    let room = width
    const texts = shown.map(({ index, align }, place) => {
      const text = cells[index] ?? ''
      const own = widths[place] ?? 0
      const isLast = place === shown.length - 1
      const cut = isLast ? fit(text, Math.max(8, room), style.marks.more) : text
      room -= own + 2
      if (align === 'right') return ' '.repeat(Math.max(0, own - textWidth(cut))) + cut
      return isLast ? cut : pad(cut, own)
    })
    return paint(texts.join('  ').trimEnd())
  })
}
