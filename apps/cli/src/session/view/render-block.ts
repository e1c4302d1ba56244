import { lineChange } from '../../terminal/call-summary.ts'
import { type FinishedCallView, outcomeLine } from '../../terminal/outcome-line.ts'
import { safeText } from '../../terminal/safe-text.ts'
import { todoLines } from '../../terminal/todo-lines.ts'
import type { Paint } from '../markdown/paint.ts'
import { renderMarkdown } from '../markdown/render-markdown.ts'
import { wrapHard, wrapWords } from '../screen/columns.ts'
import type { Block } from './block.ts'
import { changeLines } from './change-lines.ts'
import { outputLines } from './output-lines.ts'

/** So many lines of a change, and of what a command printed, stay below its call. */
const most = { change: 16, output: 4 }

/** A block as lines of at most `width` columns, an empty one in front where it follows something of another kind. Pure. */
export function renderBlock(
  block: Block,
  before: Block['type'] | undefined,
  paint: Paint,
  width: number,
): readonly string[] {
  const lines = linesOf(block, paint, width)
  const close = new Set<Block['type']>(['call', 'list', 'note'])
  const apart = before !== undefined && !(close.has(block.type) && close.has(before))
  return apart && lines.length > 0 ? ['', ...lines] : lines
}

function linesOf(block: Block, paint: Paint, width: number): readonly string[] {
  switch (block.type) {
    case 'said':
      return saidLines(block.text, block.steered, paint, width)
    case 'answer':
      return renderMarkdown(block.text, paint, width)
    case 'call':
      return callLines(block.call, paint, width)
    case 'list':
      return todoLines(block.items, block.before, paint, width)
    case 'note':
      return noteLines(block, paint, width)
    case 'lines':
      return block.lines.flatMap((line) => wrapHard(line, width))
  }
}

function saidLines(text: string, steered: boolean, paint: Paint, width: number): readonly string[] {
  const lines = safeText(text.trimEnd())
    .split('\n')
    .flatMap((line) => wrapHard(line, width - 2))
  const shown =
    lines.length > 24 ? [...lines.slice(0, 20), `${paint.marks.more} ${lines.length - 20} more lines`] : lines
  const sign = paint.cyan(paint.bold(steered ? paint.marks.note : '>'))
  return shown.map((line, row) => (row === 0 ? `${sign} ${paint.bold(line)}` : `  ${paint.bold(line)}`))
}

/** A call on one line, with what it changed or printed below. */
function callLines(call: FinishedCallView, paint: Paint, width: number): readonly string[] {
  const head = outcomeLine(call, paint, width)
  if (call.outcome.type === 'denied') {
    return [head, ...indent(wrapWords(safeText(call.outcome.reason), width - 4).map(paint.dim))]
  }
  if (call.outcome.type === 'completed' && lineChange(call.tool, call.input) !== undefined) {
    return [head, ...indent(changeLines(call.tool, call.input, paint, width - 4, most.change))]
  }
  return [head, ...indent(outputLines(call, paint, width - 4, most.output))]
}

function noteLines(
  { tone, text }: Extract<Block, { type: 'note' }>,
  paint: Paint,
  width: number,
): readonly string[] {
  const safe = safeText(text)
  if (tone === 'quiet') return wrapWords(safe, width - 2).map((line) => paint.dim(`  ${line}`))
  const [mark, colour] = {
    good: [paint.marks.done, paint.green],
    warning: [paint.marks.note, paint.yellow],
    error: [paint.marks.failed, paint.red],
  }[tone] as [string, (text: string) => string] // a table of pairs
  const [first = '', ...rest] = safe.split('\n')
  const head = wrapWords(first, width - 2).map((line, row) =>
    colour(row === 0 ? `${mark} ${line}` : `  ${line}`),
  )
  return [
    ...head,
    ...rest.flatMap((line) => wrapWords(line, width - 2).map((told) => paint.dim(`  ${told}`))),
  ]
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `    ${line}`)
}
