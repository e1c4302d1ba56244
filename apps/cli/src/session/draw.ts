import type { Timestamp } from '@keepup/core'

import { safeLine } from '../terminal/safe-text.ts'
import type { Composer } from './composer/composer.ts'
import { layOut } from './composer/layout.ts'
import type { Paint } from './markdown/paint.ts'
import { pickerLines } from './pickers/picker.ts'
import { type Question, questionLines } from './pickers/question.ts'
import { columnsOf, cutTo, wrapHard } from './screen/columns.ts'
import type { Frame } from './screen/frame.ts'
import type { Overlay, SessionState } from './session-state.ts'
import { footerLine } from './view/footer.ts'
import { renderLive } from './view/render-live.ts'

/** The size of a terminal, and when it is drawn on. */
export interface Canvas {
  readonly columns: number
  readonly rows: number
  readonly now: Timestamp
  readonly frame: number
  readonly paint: Paint
}

/** The text begins behind the sign. */
const sign = 2
/** At most so many rows of the composer are shown. */
const mostRows = 10

/** How wide the text of the composer is on a terminal of so many columns. */
export function composerWidth(columns: number): number {
  return Math.max(4, columns - 1 - sign)
}

/** The live region of a session: what is under way, then the composer or what stands in its place, then a line of facts. Always lower than the terminal. Pure. */
export function draw(state: SessionState, canvas: Canvas): Frame {
  const { columns, rows, paint } = canvas
  // The last column stays free: a terminal that breaks full lines itself would count otherwise.
  const width = Math.max(12, columns - 1)
  const most = Math.max(1, rows - 1)
  const below = belowLines(state, paint, width, most)
  const height = most - below.lines.length
  const above = height > 1 ? renderLive(state.view, paint, { ...canvas, width, height }).slice(-height) : []
  const { cursor } = below
  const all = [...above, ...below.lines]
  const cut = Math.max(0, all.length - most)
  const row = cursor === undefined ? -1 : cursor.row + above.length - cut
  return {
    lines: all.slice(cut).map((line) => within(line, width)),
    ...(cursor === undefined || row < 0 ? {} : { cursor: { row, column: cursor.column } }),
  }
}

/** On a very narrow terminal a line ends where that does. */
function within(line: string, width: number): string {
  return columnsOf(line) <= width ? line : (wrapHard(line, width)[0] ?? '')
}

function belowLines(state: SessionState, paint: Paint, width: number, most: number): Frame {
  const { overlay } = state
  const rule = paint.dim((paint.marks.note === '*' ? '-' : '─').repeat(width))
  const footer = footerLine(state.view, state.facts, state.hint, paint, width)
  if (overlay?.type === 'question') return questionFrame(overlay.question, rule, paint, width, most)
  if (overlay?.type === 'picker') {
    return { lines: ['', rule, ...pickerLines(overlay.picker, paint, width, Math.min(most - 2, 20))] }
  }
  const menu = menuLines(state, paint, width, most - 5)
  const search = overlay?.type === 'search' ? searchLines(state, overlay, paint, width) : []
  const written = composerLines(
    state.composer,
    paint,
    width,
    Math.min(mostRows, Math.max(1, most - 3 - menu.length)),
  )
  const hint = state.composer.text === '' && !state.view.running ? placeholder(paint, width) : ''
  const lines = written.lines.map((line, row) => (row === 0 && hint !== '' ? line + hint : line))
  const top = ['', rule]
  return {
    lines: [...top, ...lines, ...search, ...menu, footer],
    ...(written.cursor === undefined
      ? {}
      : { cursor: { row: written.cursor.row + top.length, column: written.cursor.column } }),
  }
}

function placeholder(paint: Paint, width: number): string {
  return paint.dim(cutTo('Say what to do; / for commands, @ for files', width - sign, paint.marks.more))
}

/** The rows around the cursor, and where it is. */
function composerLines(composer: Composer, paint: Paint, width: number, most: number): Frame {
  const { rows, cursor } = layOut(composer, Math.max(4, width - sign))
  const first = Math.max(0, Math.min(cursor.row - most + 1, rows.length - most))
  const lines = rows
    .slice(first, first + most)
    .map(({ shown }, index) => `${index + first === 0 ? paint.cyan(paint.bold('>')) : ' '} ${shown}`)
  return { lines, cursor: { row: cursor.row - first, column: cursor.column + sign } }
}

function questionFrame(question: Question, rule: string, paint: Paint, width: number, most: number): Frame {
  const room = most - (question.writing ? 4 : 1)
  const lines = fitted(questionLines(question, paint, width), Math.max(3, room))
  const told = ['', rule, ...lines].slice(-most)
  if (!question.writing) return { lines: told }
  const words = composerLines(question.words, paint, width, 3)
  const all = [...told, ...words.lines]
  return words.cursor === undefined
    ? { lines: all }
    : { lines: all, cursor: { row: told.length + words.cursor.row, column: words.cursor.column } }
}

/** Where there is no room for all of it, the middle gives way: what is asked and what can be said stay. */
function fitted(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines
  const head = Math.ceil(most / 2)
  return [...lines.slice(0, head), ...lines.slice(lines.length - (most - head))]
}

function searchLines(
  { past }: SessionState,
  { words, at }: Extract<Overlay, { type: 'search' }>,
  paint: Paint,
  width: number,
): readonly string[] {
  const found = at === undefined ? '' : safeLine(past.texts[at] ?? '')
  return [
    cutTo(`search: ${safeLine(words)}`, width, paint.marks.more),
    paint.dim(cutTo(`  ${found}`, width, paint.marks.more)),
  ]
}

/** So many suggestions are shown at once, those around the chosen one. */
const mostSuggestions = 8

function menuLines(
  { menu, overlay }: SessionState,
  paint: Paint,
  width: number,
  most: number,
): readonly string[] {
  if (menu === undefined || overlay !== undefined || most < 1) return []
  const { suggestions, chosen } = menu
  const room = Math.min(mostSuggestions, most)
  const first = Math.max(0, Math.min(chosen - Math.floor(room / 2), suggestions.length - room))
  const shown = suggestions.slice(first, first + room)
  const widest = Math.min(28, Math.max(...shown.map(({ word }) => columnsOf(word))))
  return shown.map(({ word, detail }, index) => {
    const name = cutTo(safeLine(word), width - 4, paint.marks.more)
    const gap = ' '.repeat(Math.max(0, widest - columnsOf(name)))
    const told = cutTo(
      safeLine(detail),
      Math.max(0, width - columnsOf(name) - gap.length - 5),
      paint.marks.more,
    )
    return index + first === chosen
      ? `${paint.cyan(paint.marks.active)} ${paint.bold(name)}${gap}  ${paint.dim(told)}`
      : `  ${name}${gap}  ${paint.dim(told)}`
  })
}
