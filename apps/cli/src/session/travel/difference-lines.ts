import { safeText } from '../../terminal/safe-text.ts'
import type { Paint } from '../markdown/paint.ts'
import { wrapHard } from '../screen/columns.ts'

/** What git says of a file besides its name. */
const headers = /^(?:index [\da-f]+\.\.|(?:---|\+\+\+) (?:[ab]\/|"[ab]\/|\/dev\/null))/

/** A difference as git prints it, in colours, each line on one row; so many lines at most. Pure. */
export function differenceLines(
  difference: string,
  paint: Paint,
  width: number,
  most: number,
): readonly string[] {
  const lines = difference
    .split('\n')
    .filter((line) => !headers.test(line))
    .map((line) => painted(line, paint, width))
  const shown = lines.slice(0, most)
  const rest = lines.length - shown.length
  return rest > 0 ? [...shown, paint.dim(`${paint.marks.more} ${rest} more lines`)] : shown
}

function painted(line: string, paint: Paint, width: number): string {
  const [, path] = /^diff --git (?:a\/|")?(.*?)"? b\//.exec(line) ?? []
  const text = wrapHard(safeText(path ?? line), width)[0] ?? ''
  if (path !== undefined) return paint.bold(text)
  if (line.startsWith('@@')) return paint.cyan(text)
  if (line.startsWith('+')) return paint.green(text)
  return line.startsWith('-') ? paint.red(text) : paint.dim(text)
}
