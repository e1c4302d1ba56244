import { structuredPatch } from 'diff'

import { safeText } from '../../terminal/safe-text.ts'
import type { Paint } from '../markdown/paint.ts'
import { wrapHard } from '../screen/columns.ts'

/** Texts that are longer are not compared line by line, in characters. */
const longest = 200_000

/** What a call of `edit` or `write` changes, as coloured lines; `present` is what a file has that is written anew. Nothing for other calls. */
export function changeLines(
  tool: string,
  input: unknown,
  paint: Paint,
  width: number,
  most: number,
  present = '',
): readonly string[] {
  const texts = textsOf(tool, input, present)
  if (texts === undefined) return []
  const lines = compared(texts.before, texts.after)
  const shown = lines.slice(0, most).map((line) => painted(line, paint, width))
  const rest = lines.length - shown.length
  return rest > 0 ? [...shown, paint.dim(`${paint.marks.more} ${rest} more lines`)] : shown
}

function textsOf(
  tool: string,
  input: unknown,
  present: string,
): { readonly before: string; readonly after: string } | undefined {
  if (typeof input !== 'object' || input === null) return undefined
  const fields = new Map<string, unknown>(Object.entries(input))
  const [before, after] =
    tool === 'write' ? [present, fields.get('content')] : [fields.get('old_text'), fields.get('new_text')]
  return typeof before === 'string' && typeof after === 'string' ? { before, after } : undefined
}

function compared(before: string, after: string): readonly string[] {
  if (before.length + after.length > longest) return [`+ ${after.length} characters for ${before.length}`]
  const { hunks } = structuredPatch('', '', ended(before), ended(after), '', '', { context: 2 })
  return hunks.flatMap(({ lines }, index) => (index === 0 ? lines : ['...', ...lines]))
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function painted(line: string, paint: Paint, width: number): string {
  const [first = ''] = wrapHard(safeText(line).replaceAll('\n', ' '), width)
  if (line.startsWith('+')) return paint.green(first)
  return line.startsWith('-') ? paint.red(first) : paint.dim(first)
}
