/** Whether something is what a pattern means. `maybe`: it cannot be known, or only a part of it is. */
export type Match = 'yes' | 'maybe' | 'no'

/** The strongest of several matches. */
export function strongest(matches: Iterable<Match>): Match {
  let found: Match = 'no'
  for (const match of matches) {
    if (match === 'yes') return 'yes'
    if (match === 'maybe') found = 'maybe'
  }
  return found
}
