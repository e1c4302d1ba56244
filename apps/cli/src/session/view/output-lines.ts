import type { FinishedCallView } from '../../terminal/outcome-line.ts'
import { safeText } from '../../terminal/safe-text.ts'
import type { Paint } from '../markdown/paint.ts'
import { wrapHard } from '../screen/columns.ts'

/** Tools whose output a person wants to see the end of. */
const speaking = /^(?:shell|code|mcp__)/

/** The end of what a call gave back, where it tells a person something; nothing of files that were read. */
export function outputLines(
  { tool, outcome }: FinishedCallView,
  paint: Paint,
  width: number,
  most: number,
): readonly string[] {
  if (outcome.type === 'failed') return told(outcome.message) ? [] : tail(outcome.message, paint, width, most)
  if (outcome.type !== 'completed' || !speaking.test(tool)) return []
  const text = outcome.output.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
  return tail(text, paint, width, most)
}

/** The line of a call itself has all of a short message. */
function told(message: string): boolean {
  return message.length <= 32 && !message.includes('\n')
}

/** The last lines of a text, quietly, each on one row. */
export function tail(text: string, paint: Paint, width: number, most: number): readonly string[] {
  // eslint-disable-next-line no-control-regex -- colours of a command are left out
  const lines = safeText(text.replaceAll(/\u001B\[[\d;]*m/g, ''))
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
  const shown = lines.slice(-most).map((line) => paint.dim(wrapHard(line, width)[0] ?? ''))
  const rest = lines.length - shown.length
  return rest > 0
    ? [paint.dim(`${paint.marks.more} ${rest} ${rest === 1 ? 'line' : 'lines'} before`), ...shown]
    : shown
}
