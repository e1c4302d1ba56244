/** Bytes to look for and bytes to put there. */
export interface Substitution {
  readonly old: Buffer
  readonly new: Buffer
  /** Whether the old text is looked for as it was given; with other line breaks otherwise. */
  readonly exact: boolean
}

/**
 * The forms of a substitution to try, in order: exactly as given; then with the file's line breaks, since models write `\n` whatever a file has.
 * The new text takes the line breaks of the file too, unless the file mixes them and the old text was found as it is.
 */
export function substitutionsFor(file: Buffer, oldText: string, newText: string): readonly Substitution[] {
  const exactNew = usesWindowsBreaks(file) ? withBreaks(newText, '\r\n') : newText
  const forms = [[oldText, exactNew] as const]
  for (const lineBreak of ['\r\n', '\n'] as const) {
    forms.push([withBreaks(oldText, lineBreak), withBreaks(newText, lineBreak)])
  }
  const seen = new Set<string>()
  return forms
    .filter(([old]) => !seen.has(old) && seen.add(old))
    .map(([old, next]) => ({ old: Buffer.from(old), new: Buffer.from(next), exact: old === oldText }))
}

/** Where bytes stand in a file. Overlapping places count, unless told otherwise. */
export function placesOf(file: Buffer, wanted: Buffer, overlapping = true): readonly number[] {
  const places: number[] = []
  const step = overlapping ? 1 : wanted.length
  for (let at = file.indexOf(wanted); at !== -1; at = file.indexOf(wanted, at + step)) places.push(at)
  return places
}

/** The file with other bytes at those places, which must not overlap. Every other byte is copied as it is. */
export function substitute(
  file: Buffer,
  places: readonly number[],
  { old, new: next }: Pick<Substitution, 'old' | 'new'>,
): Buffer {
  const pieces: Buffer[] = []
  let position = 0
  for (const place of places) {
    pieces.push(file.subarray(position, place), next)
    position = place + old.length
  }
  return Buffer.concat([...pieces, file.subarray(position)])
}

/** The lines, from 1, of places in ascending order. */
export function linesOf(file: Buffer, places: readonly number[]): readonly number[] {
  let line = 1
  let position = 0
  return places.map((place) => {
    for (; position < place; position++) if (file[position] === newline) line++
    return line
  })
}

const newline = 0x0a
const carriageReturn = 0x0d

/** Whether every line break of a file is `\r\n`, and there is one. */
function usesWindowsBreaks(file: Buffer): boolean {
  if (!file.includes('\r\n')) return false
  for (let at = 0; at < file.length; at++) {
    if (file[at] === newline && file[at - 1] !== carriageReturn) return false
  }
  return true
}

function withBreaks(text: string, lineBreak: '\n' | '\r\n'): string {
  return text.replaceAll(/\r?\n/g, lineBreak)
}
