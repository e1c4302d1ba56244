import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** How many columns a text takes, as terminals count them: of emoji and of letters with marks the whole, colours not at all. */
export function columnsOf(text: string): number {
  return /^[\u0020-\u007E]*$/.test(text) ? text.length : stringWidth(text)
}

/** Prose broken at blanks into lines of at most `width` columns; a word that is longer is cut. Colours go on in the next line. */
export function wrapWords(text: string, width: number): readonly string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: true }).split('\n')
}

/** Text broken wherever a line is full, with every blank kept: code, output of commands. Tabs become blanks. */
export function wrapHard(text: string, width: number): readonly string[] {
  const lines = text.replaceAll('\t', '    ').split('\n')
  return lines.flatMap((line) =>
    columnsOf(line) <= width
      ? [line]
      : wrapAnsi(line, Math.max(1, width), { hard: true, trim: false, wordWrap: false }).split('\n'),
  )
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The characters of a text as people count them. */
export function charactersOf(text: string): readonly string[] {
  return /^[\u0020-\u007E]*$/.test(text)
    ? text.split('')
    : [...graphemes.segment(text)].map(({ segment }) => segment)
}

/** A text without colours on one line, cut to `width` columns with `more` at the end where it was longer. */
export function cutTo(text: string, width: number, more: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  if (columnsOf(line) <= width) return line
  let room = width - columnsOf(more)
  let cut = ''
  for (const character of charactersOf(line)) {
    room -= columnsOf(character)
    if (room < 0) break
    cut += character
  }
  return room + columnsOf(more) < 0 && width < columnsOf(more) ? '' : cut.trimEnd() + more
}
