/** A search for the first position at which something is wrong, with a person who looks. */
export interface Bisect {
  readonly positions: readonly number[]
  /** The last of which it is known that all was right there; -1 where none is. */
  readonly right: number
  /** The first of which it is known that something was wrong there. */
  readonly wrong: number
  /** Those of which it cannot be told. */
  readonly skipped: ReadonlySet<number>
}

/** Begins a search: at the last position something is wrong. */
export function beginBisect(positions: readonly number[]): Bisect {
  return { positions, right: -1, wrong: positions.length - 1, skipped: new Set() }
}

/** What to look at next, as an index: in the middle of what is left, or as near to it as can be told. `undefined` where it is found. */
export function nextOf({ right, wrong, skipped }: Bisect): number | undefined {
  const middle = Math.floor((right + wrong) / 2)
  const left = Array.from({ length: Math.max(0, wrong - right - 1) }, (_, index) => right + 1 + index)
  const open = left.filter((index) => !skipped.has(index))
  return open.toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0]
}

/** The search after a look at what {@link nextOf} gave. */
export function looked(search: Bisect, index: number, verdict: 'right' | 'unknown' | 'wrong'): Bisect {
  if (verdict === 'unknown') return { ...search, skipped: new Set([...search.skipped, index]) }
  return { ...search, [verdict]: index }
}
