import type { FileLine } from './file-lines.ts'

/** Beyond so many comparisons of lines another way is cheaper. */
const mostComparisons = 2_000_000

/** How many words are counted in the file. */
const mostWords = 12

/**
 * The lines of a file on which an old text may begin: those that have its rarest word, which nothing that is overlooked changes, on the right line. `undefined`
 * where it has no word, or where there are too many.
 */
export function candidateLines(
  text: string,
  file: readonly FileLine[],
  old: readonly FileLine[],
): readonly number[] | undefined {
  const anchor = rarestWord(text, old)
  if (anchor === undefined) return undefined
  const candidates: number[] = []
  let line = 0
  for (let at = text.indexOf(anchor.word); at !== -1; at = text.indexOf(anchor.word, at + 1)) {
    while ((file[line + 1]?.start ?? Number.POSITIVE_INFINITY) <= at) line++
    const begin = line - anchor.line
    if (begin >= 0 && candidates.at(-1) !== begin) candidates.push(begin)
    if (candidates.length * old.length > mostComparisons) return undefined
  }
  return candidates
}

interface Anchor {
  readonly word: string
  /** The line of the old text that it stands on, from 0. */
  readonly line: number
}

/** Of the longest words, the one that the file has least often. */
function rarestWord(text: string, old: readonly FileLine[]): Anchor | undefined {
  let rarest: Anchor | undefined
  let fewest = Number.POSITIVE_INFINITY
  for (const anchor of longestWords(old)) {
    const count = countUpTo(fewest, text, anchor.word)
    if (count >= fewest) continue
    rarest = anchor
    fewest = count
    if (count <= 1) break
  }
  return rarest
}

function longestWords(old: readonly FileLine[]): readonly Anchor[] {
  const words = new Map<string, Anchor>()
  for (const [line, { text }] of old.entries()) {
    for (const [word] of text.matchAll(/[A-Za-z0-9]+/g)) words.set(word, { word, line })
  }
  return [...words.values()].toSorted((a, b) => b.word.length - a.word.length).slice(0, mostWords)
}

function countUpTo(most: number, text: string, word: string): number {
  let count = 0
  for (let at = text.indexOf(word); at !== -1 && count < most; at = text.indexOf(word, at + 1)) count++
  return count
}
