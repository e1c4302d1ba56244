import type { Tokens } from 'marked'

import { columnsOf, wrapWords } from '../screen/columns.ts'
import { inlineText } from './inline.ts'
import type { Paint } from './paint.ts'

/** No column is made narrower than this. */
const narrowest = 4

/** A table of Markdown, its columns as wide as what is in them; where that is too wide, the widest give way and their cells take more rows. */
export function tableText(
  { header, rows, align }: Tokens.Table,
  paint: Paint,
  width: number,
): readonly string[] {
  const cells = [header, ...rows].map((row) => row.map(({ tokens }) => inlineText(tokens, paint)))
  const widths = fitting(
    header.map((_, column) => Math.max(1, ...cells.map((row) => columnsOf(row[column] ?? '')))),
    width - 2 * (header.length - 1),
  )
  const [title = [], ...body] = cells.map((row) => rowLines(row, widths, align))
  const line = paint.marks.note === '*' ? '-' : '─'
  const rule = paint.dim(widths.map((column) => line.repeat(column)).join('  '))
  return [...title.map((text) => paint.bold(text)), rule, ...body.flat()]
}

function fitting(wanted: readonly number[], room: number): readonly number[] {
  const widths = [...wanted]
  while (widths.reduce((sum, width) => sum + width, 0) > room) {
    const widest = Math.max(...widths)
    if (widest <= narrowest) break
    widths[widths.indexOf(widest)] = widest - 1
  }
  return widths
}

function rowLines(
  row: readonly string[],
  widths: readonly number[],
  align: Tokens.Table['align'],
): readonly string[] {
  const columns = widths.map((width, index) => wrapWords(row[index] ?? '', width))
  const height = Math.max(...columns.map(({ length }) => length))
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((lines, index) => filled(lines[line] ?? '', widths[index] ?? 0, align[index] === 'right'))
      .join('  ')
      .trimEnd(),
  )
}

function filled(text: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - columnsOf(text)))
  return right ? blanks + text : text + blanks
}
