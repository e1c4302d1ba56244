import { lexer, type Token, type Tokens } from 'marked'

import { safeText } from '../../terminal/safe-text.ts'
import { columnsOf, wrapHard, wrapWords } from '../screen/columns.ts'
import { inlineText } from './inline.ts'
import type { Paint } from './paint.ts'
import { tableText } from './table-text.ts'

/**
 * Markdown (CommonMark with tables, as `marked` reads it) as lines of at most `width` columns. What a terminal would obey is made visible first, so the only escape
 * sequences in the lines are the colours of `paint`. Never fails: what is no Markdown shows as it was written.
 */
export function renderMarkdown(text: string, paint: Paint, width: number): readonly string[] {
  const source = safeText(text).replaceAll('\t', '    ')
  return blocks(read(source), paint, Math.max(8, width))
}

function read(source: string): readonly Token[] {
  try {
    return lexer(source)
  } catch {
    return [{ type: 'code', raw: source, text: source }]
  }
}

/** Blocks one below the other, with an empty line between them. */
function blocks(tokens: readonly Token[], paint: Paint, width: number): readonly string[] {
  const parts = tokens.filter(({ type }) => type !== 'space' && type !== 'def')
  return parts.flatMap((token, index) => {
    const lines = block(token, paint, width)
    return index === 0 || lines.length === 0 ? lines : ['', ...lines]
  })
}

function block(token: Token, paint: Paint, width: number): readonly string[] {
  switch (token.type) {
    case 'heading':
      return heading(token as Tokens.Heading, paint, width) // here and below its type says what it is
    case 'code':
      return code(token as Tokens.Code, paint, width)
    case 'list':
      return list(token as Tokens.List, paint, width)
    case 'blockquote':
      return beside(paint.dim(barMark(paint)), blocks((token as Tokens.Blockquote).tokens, paint, width - 2))
    case 'table':
      return tableText(token as Tokens.Table, paint, width)
    case 'hr':
      return [paint.dim(lineMark(paint).repeat(Math.min(width, 40)))]
    case 'paragraph':
    case 'text':
      return prose(token, paint, width)
    default:
      return wrapHard(token.raw.trimEnd(), width)
  }
}

function prose(token: Token, paint: Paint, width: number): readonly string[] {
  const inner = 'tokens' in token && Array.isArray(token.tokens) ? token.tokens : [token]
  return wrapWords(inlineText(inner, paint), width)
}

function heading({ tokens, depth }: Tokens.Heading, paint: Paint, width: number): readonly string[] {
  const lines = wrapWords(inlineText(tokens, paint), width)
  return lines.map((line) => (depth === 1 ? paint.bold(paint.underline(line)) : paint.bold(line)))
}

function code({ text, lang }: Tokens.Code, paint: Paint, width: number): readonly string[] {
  const name = lang === undefined || lang === '' ? [] : [paint.dim(lang)]
  const lines = wrapHard(text, width - 2)
  return beside(paint.dim(barMark(paint)), [
    ...name,
    ...(lang === 'diff' ? lines.map((line) => changed(line, paint)) : lines),
  ])
}

function changed(line: string, paint: Paint): string {
  if (line.startsWith('+')) return paint.green(line)
  return line.startsWith('-') ? paint.red(line) : line
}

function list({ items, ordered, start, loose }: Tokens.List, paint: Paint, width: number): readonly string[] {
  const first = typeof start === 'number' ? start : 1
  const widest = ordered ? `${first + items.length - 1}. `.length : 2
  return items.flatMap((item, index) => {
    const sign = ordered ? `${first + index}. `.padStart(widest) : `${bullet(paint)} `
    const inner = itemLines(item, paint, width - widest)
    const lines = (inner.length === 0 ? [''] : inner).map((line, row) =>
      row === 0 ? `${paint.dim(sign)}${line}` : `${' '.repeat(widest)}${line}`.trimEnd(),
    )
    return loose && index > 0 ? ['', ...lines] : lines
  })
}

/** Text and lists in an item stand close together. */
function itemLines(
  { tokens, task, checked, loose }: Tokens.ListItem,
  paint: Paint,
  width: number,
): readonly string[] {
  const box = task ? (checked === true ? `${paint.green(paint.marks.done)} ` : `${paint.marks.pending} `) : ''
  const inner = tokens.filter(({ type }) => type !== 'checkbox')
  const lines = loose
    ? blocks(inner, paint, width - columnsOf(box))
    : inner.flatMap((token) => block(token, paint, width - columnsOf(box)))
  return box === '' ? lines : lines.map((line, row) => (row === 0 ? box + line : `  ${line}`))
}

function bullet({ marks }: Paint): string {
  return marks.note
}

function barMark({ marks }: Paint): string {
  return marks.note === '*' ? '| ' : '│ '
}

function lineMark({ marks }: Paint): string {
  return marks.note === '*' ? '-' : '─'
}

function beside(bar: string, lines: readonly string[]): readonly string[] {
  return lines.map((line) => bar + line)
}
