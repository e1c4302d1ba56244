/** How much of a text is shown. */
export interface TextLimit {
  readonly characters: number
  readonly lines: number
}

/** What remains of a text that was cut: its beginning, its end, and how much lay between. */
export interface CutText {
  readonly head: string
  readonly tail: string
  readonly characters: number
  readonly lines: number
}

/** Cuts the middle out of a text that is above a limit; `undefined` where it is not. Half of what is kept comes from each end. */
export function cutText(text: string, limit: TextLimit): CutText | undefined {
  if (text === '') return undefined
  const long = text.length > limit.characters
  if (!long && countLines(text, limit.lines + 1) <= limit.lines) return undefined
  const headLines = Math.ceil(limit.lines / 2)
  const tailLines = Math.floor(limit.lines / 2)
  const headEnd = Math.min(endOfLine(text, headLines), Math.ceil(limit.characters / 2))
  const tailStart = Math.max(startOfLine(text, tailLines), text.length - Math.floor(limit.characters / 2))
  const head = text.slice(0, whole(text, headEnd))
  const tail = text.slice(whole(text, Math.max(tailStart, headEnd)))
  const characters = text.length - head.length - tail.length
  return { head, tail, characters, lines: countLines(text.slice(head.length, text.length - tail.length)) }
}

/** Lines of a text, counting no further than `most`. A line break at the end begins no line. */
export function countLines(text: string, most: number = Infinity): number {
  const end = text.length - 1
  let lines = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < end && lines < most; at = text.indexOf('\n', at + 1)) {
    lines++
  }
  return lines
}

/** The position after so many lines. */
function endOfLine(text: string, lines: number): number {
  let at = 0
  for (let line = 0; line < lines; line++) {
    const next = text.indexOf('\n', at)
    if (next === -1) return text.length
    at = next + 1
  }
  return at
}

/** The position at which the last so many lines begin. */
function startOfLine(text: string, lines: number): number {
  let at = text.length
  for (let line = 0; line < lines; line++) {
    const previous = text.lastIndexOf('\n', at - 2)
    if (previous === -1 || at < 2) return 0
    at = previous + 1
  }
  return at
}

/** A position that is not in the middle of a surrogate pair. */
function whole(text: string, position: number): number {
  const code = text.charCodeAt(position)
  return code >= 0xdc00 && code <= 0xdfff ? position + 1 : position
}
