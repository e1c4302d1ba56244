import { occurrencesOf } from '../editing/occurrences.ts'
import { withPlainCharacters } from '../editing/plain-characters.ts'
import { confidenceOf, type Strategy } from '../editing/strategy.ts'
import { withoutTrailingSpace } from '../editing/trailing-space.ts'

/** A way to compare the lines of a patch with those of a file. */
export interface Comparison {
  readonly strategy: Strategy
  readonly confidence: number
  /** Whether the first of several places is taken, as the format has it; only a single one otherwise. */
  readonly takesFirst: boolean
  key(line: string): string
}

/** In the order in which they are tried. */
const comparisons: readonly Comparison[] = [
  { strategy: 'exact', confidence: 1, takesFirst: true, key: (line) => line },
  {
    strategy: 'trailing-white-space',
    confidence: confidenceOf['trailing-white-space'],
    takesFirst: true,
    key: withoutTrailingSpace,
  },
  {
    strategy: 'indentation',
    confidence: confidenceOf.indentation,
    takesFirst: false,
    key: (line) => line.trim(),
  },
  {
    strategy: 'look-alikes',
    confidence: confidenceOf['look-alikes'],
    takesFirst: false,
    key: (line) => withPlainCharacters(line.normalize('NFC')).trim(),
  },
]

/** Where lines were found. */
export interface SoughtLines {
  readonly comparison: Comparison
  /** From 0; the first is meant where the comparison takes it. */
  readonly places: readonly number[]
}

const mostPlaces = 10

/** The places of lines in a file, not before `from`, by the first comparison that finds any; at the very end of the file where that is asked for. */
export function seekLines(
  file: readonly string[],
  wanted: readonly string[],
  { from, atEnd }: { readonly from: number; readonly atEnd: boolean },
): SoughtLines | undefined {
  const start = atEnd ? Math.max(from, file.length - wanted.length) : from
  const rest = file.slice(start)
  for (const comparison of comparisons) {
    const keys = wanted.map((line) => comparison.key(line))
    const places: number[] = []
    for (const place of occurrencesOf(
      keys,
      rest.map((line) => comparison.key(line)),
    )) {
      if (places.push(start + place) >= mostPlaces) break
    }
    if (places.length > 0) return { comparison, places }
  }
  return undefined
}
