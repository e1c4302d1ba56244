import { stripVTControlCharacters } from 'node:util'

const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}]/u
const invisible = /[\p{Mn}\p{Cf}]/u

/** How many columns a text takes on a terminal, colours not counted. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of stripVTControlCharacters(text)) width += characterWidth(character)
  return width
}

/** A text without line breaks and control characters, cut to `width` columns with `more` at the end where it was longer. */
export function fit(text: string, width: number, more: string): string {
  const line = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, '')
    .trim()
  if (textWidth(line) <= width) return line
  let cut = ''
  let room = width - textWidth(more)
  for (const character of line) {
    room -= characterWidth(character)
    if (room < 0) break
    cut += character
  }
  return cut.trimEnd() + more
}

/** A text filled with blanks to `width` columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

function characterWidth(character: string): number {
  if (invisible.test(character)) return 0
  return wide.test(character) ? 2 : 1
}
