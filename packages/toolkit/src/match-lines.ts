/** A line that matches. */
export interface FileMatch {
  readonly path: string
  /** From 1. */
  readonly line: number
  /** The line, or the part of it around the match where it is long. */
  readonly text: string
}

/** @limit In characters: how much of a line is shown. */
const mostShown = 300

/** The lines of a text that match, at most so many. */
export function matchLines(
  path: string,
  text: string,
  expression: RegExp,
  most: number,
): readonly FileMatch[] {
  const matches: FileMatch[] = []
  let line = 1
  for (let start = 0; start < text.length && matches.length < most; line++) {
    const lineBreak = text.indexOf('\n', start)
    const end = lineBreak === -1 ? text.length : lineBreak
    const content = text.slice(start, text[end - 1] === '\r' ? end - 1 : end)
    const at = content.search(expression)
    if (at !== -1) matches.push({ path, line, text: cut(content, at) })
    start = end + 1
  }
  return matches
}

function cut(line: string, at: number): string {
  if (line.length <= mostShown) return line
  const start = Math.max(0, Math.min(at - 50, line.length - mostShown))
  const end = start + mostShown
  const shown = line.slice(start, end).toWellFormed()
  return `${start > 0 ? '…' : ''}${shown}${end < line.length ? '…' : ''}`
}
