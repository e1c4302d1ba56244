import { diffArrays } from 'diff'

import { type FileLine, type LineBreak, linesIn } from './file-lines.ts'
import { withPlainCharacters } from './plain-characters.ts'

/** What a new text is made of where the old one stood in a file in another form. */
export interface CarryOver {
  /** The lines of the old text, and what stands in the file in place of each. */
  readonly old: readonly string[]
  readonly file: readonly FileLine[]
  readonly newText: string
  /** For lines that the file had nothing in place of. */
  readonly lineBreak: LineBreak
  /** A changed line as the file would have it. */
  carry(line: string): string | undefined
}

/** Beyond so many differing lines the whole is taken as new. */
const mostDifferences = 2_000

interface CarriedLine {
  readonly text: string
  readonly lineBreak: LineBreak
}

/**
 * The bytes that lines of the old and the new text have in common stay those of the file; only what the two differ in is taken from the new text.
 * `undefined` where a line cannot be carried over.
 */
export function carryOver(parts: CarryOver): string | undefined {
  const lines = carriedLines(parts)
  if (lines === undefined) return undefined
  return lines
    .map(({ text, lineBreak }, index) =>
      index === lines.length - 1 ? text : text + (lineBreak === '' ? parts.lineBreak : lineBreak),
    )
    .join('')
}

function carriedLines(parts: CarryOver): readonly CarriedLine[] | undefined {
  const next = linesIn(parts.newText).map(({ text }) => text)
  const lines: CarriedLine[] = []
  let at = 0
  let removed = 0
  const differences = diffArrays([...parts.old], next, { maxEditLength: mostDifferences }) ?? [
    { removed: true, added: false, value: [...parts.old], count: parts.old.length },
    { removed: false, added: true, value: next, count: next.length },
  ]
  for (const [index, { value, ...difference }] of differences.entries()) {
    if (difference.removed) {
      removed = value.length
      if (differences[index + 1]?.added !== true) at += removed
      continue
    }
    const replaced = difference.added ? removed : value.length
    const carried = difference.added
      ? changedLines(parts, at, replaced, value)
      : parts.file.slice(at, at + replaced)
    if (carried === undefined) return undefined
    lines.push(...carried)
    at += replaced
    removed = 0
  }
  return lines
}

function changedLines(
  parts: CarryOver,
  at: number,
  count: number,
  next: readonly string[],
): readonly CarriedLine[] | undefined {
  const lines: CarriedLine[] = []
  for (const [index, line] of next.entries()) {
    const before = index < count ? parts.file[at + index] : undefined
    const carried = parts.carry(line)
    if (carried === undefined) return undefined
    const old = parts.old[at + index]
    const kept = count === next.length && before !== undefined && old !== undefined
    const text = kept ? keepCommon(old, before.text, carried, line) : carried
    lines.push({ text, lineBreak: before?.lineBreak ?? parts.lineBreak })
  }
  return lines
}

/** Where a line differs from the file's in look-alikes alone, what old and new begin and end with in common stays the file's. */
function keepCommon(old: string, file: string, carried: string, next: string): string {
  const alike =
    carried === next && withPlainCharacters(file.slice(0, old.length)) === withPlainCharacters(old)
  if (!alike) return carried
  const most = Math.min(old.length, next.length)
  let begin = 0
  while (begin < most && old[begin] === next[begin]) begin++
  let end = 0
  while (end < most - begin && old[old.length - 1 - end] === next[next.length - 1 - end]) end++
  return (
    file.slice(0, begin) + next.slice(begin, next.length - end) + file.slice(old.length - end, old.length)
  )
}
