/** A text without runs of white space that push its end out of sight. */
export interface FoldedText {
  readonly text: string
  /** How long the longest run was, where one was folded: in characters. */
  readonly longest: number
}

/** @limit In characters: a longer run of blanks and line ends is folded. */
const longestRun = 16

/** Folds runs of white space longer than any layout needs. */
export function foldBlanks(given: string): FoldedText {
  let longest = 0
  const text = given.replaceAll(/\s{17,}/gu, (run) => {
    longest = Math.max(longest, run.length)
    return run.includes('\n') ? '\n\n' : ' '.repeat(longestRun / 2)
  })
  return { text, longest }
}
