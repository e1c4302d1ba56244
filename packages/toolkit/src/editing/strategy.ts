import { withPlainCharacters } from './plain-characters.ts'
import { withoutTrailingSpace } from './trailing-space.ts'

/** A way in which a text may differ from what stands in a file. */
export type Difference =
  | 'line-endings'
  | 'trailing-white-space'
  | 'indentation'
  | 'look-alikes'
  | 'escape-sequences'

/** How a text was found: exactly, or but for those differences, joined by `+`. */
export type Strategy = 'exact' | Difference | `${Difference}+${Difference}`

/** How likely it is that text found but for a difference is the text that was meant. Several multiply. */
export const confidenceOf: Readonly<Record<Difference, number>> = {
  'line-endings': 0.99,
  'trailing-white-space': 0.97,
  // What a whole change of indentation comes to depends on its kind.
  indentation: 1,
  'look-alikes': 0.94,
  'escape-sequences': 0.92,
}

/** Nothing less sure than this is ever applied. */
export const leastConfidence = 0.9

/** What a search overlooks. Line endings it always does. */
export interface Overlooked {
  readonly trailing: boolean
  readonly indentation: boolean
  readonly lookAlikes: boolean
}

/** The searches, the strictest first. */
export const searches: readonly Overlooked[] = [
  { trailing: false, indentation: false, lookAlikes: false },
  { trailing: true, indentation: false, lookAlikes: false },
  { trailing: false, indentation: true, lookAlikes: false },
  { trailing: false, indentation: false, lookAlikes: true },
  { trailing: true, indentation: true, lookAlikes: false },
  { trailing: true, indentation: false, lookAlikes: true },
  { trailing: true, indentation: true, lookAlikes: true },
]

/** A line without what is overlooked. */
export function overlook({ trailing, indentation, lookAlikes }: Overlooked, line: string): string {
  const plain = lookAlikes ? withPlainCharacters(line) : line
  const ended = trailing ? withoutTrailingSpace(plain) : plain
  return indentation ? ended.replace(/^[ \t\v\f]+/, '') : ended
}

/** What a search that found something is called, and what it alone says of the confidence. */
export function nameOf({ trailing, indentation, lookAlikes }: Overlooked): {
  readonly strategy: Strategy
  readonly confidence: number
} {
  const differences: Difference[] = []
  if (indentation) differences.push('indentation')
  if (trailing) differences.push('trailing-white-space')
  if (lookAlikes) differences.push('look-alikes')
  const confidence = differences.reduce((product, difference) => product * confidenceOf[difference], 1)
  if (differences.length === 0) return { strategy: 'line-endings', confidence: confidenceOf['line-endings'] }
  // The last search overlooks all three, which is below every bound: its name is for the refusal.
  return { strategy: differences.join('+') as Strategy, confidence }
}
