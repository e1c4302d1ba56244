/** How many lines and how much of each are compared. */
const mostLines = 20_000
const mostCharacters = 300

/** A line that resembles what was looked for. */
export interface NearLine {
  /** From 1. */
  readonly number: number
  readonly text: string
}

/** The lines of a text most like the first line of `wanted`, nearest first; none where nothing resembles it. */
export function nearestLines(text: string, wanted: string, most = 3): readonly NearLine[] {
  const first = wanted.split(/\r?\n/).find((line) => line.trim() !== '')
  if (first === undefined) return []
  const dense = condense(first)
  const pairs = pairsOf(dense)
  return text
    .split(/\r?\n/, mostLines)
    .map((line, index) => ({
      number: index + 1,
      text: line,
      likeness: likeness(dense, pairs, condense(line)),
    }))
    .filter((line) => line.likeness >= 0.5)
    .toSorted((a, b) => b.likeness - a.likeness || a.number - b.number)
    .slice(0, most)
    .map((line) => ({ number: line.number, text: line.text.slice(0, mostCharacters) }))
}

function condense(line: string): string {
  return line.slice(0, mostCharacters).replaceAll(/\s+/g, '')
}

/** The pairs of neighbouring characters. */
function pairsOf(dense: string): ReadonlySet<string> {
  const pairs = new Set<string>()
  for (let at = 0; at < Math.max(1, dense.length - 1); at++) pairs.add(dense.slice(at, at + 2))
  return pairs
}

/** Dice's coefficient: 1 for the same pairs, 0 for none in common, and for lines of very different lengths. */
function likeness(wanted: string, pairs: ReadonlySet<string>, dense: string): number {
  if (dense.length * 3 < wanted.length || dense.length > wanted.length * 3) return 0
  const others = pairsOf(dense)
  let common = 0
  for (const pair of pairs) if (others.has(pair)) common++
  return (2 * common) / (pairs.size + others.size)
}
