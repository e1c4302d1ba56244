/** What a check says of a position; `skip` where it cannot be told. */
export type Verdict = 'pass' | 'fail' | 'skip'

/** What to search, oldest first, and how. */
export interface Bisecting<Position> {
  readonly positions: readonly Position[]
  readonly check: (position: Position) => Promise<Verdict>
  /** Told of each check, and between which positions the first failing one lies from then on. */
  readonly onStep?: (step: BisectStep<Position>) => Promise<void> | void
  /** The most checks; 64 when left out. Without skips, `log2(positions) + 2` are enough. */
  readonly limit?: number
}

/** One check of a search. */
export interface BisectStep<Position> {
  readonly number: number
  readonly position: Position
  readonly verdict: Verdict
  /** Positions that may still be the first failing one. */
  readonly left: number
}

/** What a search came to. */
export type Bisected<Position> =
  /** `after` is the last that passed before it; nothing where the first one fails. Where checks were skipped, it may be any of `skipped` as well. */
  | {
      readonly type: 'found'
      readonly first: Position
      readonly after?: Position
      readonly skipped: readonly Position[]
    }
  /** The last position passes: there is nothing to look for. */
  | { readonly type: 'passes' }
  /** The last position cannot be checked, or the limit was reached. */
  | { readonly type: 'undecided' }

/** The first of ordered positions at which a check fails, by binary search: it counts on the check failing at every later one too. */
export async function bisectPositions<Position>(bisecting: Bisecting<Position>): Promise<Bisected<Position>> {
  const { positions, limit = 64, onStep } = bisecting
  let number = 0
  /** The last index known to pass, and the first known to fail. */
  let low = -1
  let high = positions.length
  const skipped = new Set<number>()

  async function look(index: number): Promise<Verdict> {
    const position = positions[index]
    if (position === undefined || number >= limit) return 'skip'
    const verdict = await bisecting.check(position)
    number += 1
    if (verdict === 'pass') low = index
    if (verdict === 'fail') high = index
    if (verdict === 'skip') skipped.add(index)
    await onStep?.({ number, position, verdict, left: high - low - 1 + (high < positions.length ? 1 : 0) })
    return verdict
  }

  const last = await look(positions.length - 1)
  if (last !== 'fail') return { type: last === 'pass' ? 'passes' : 'undecided' }
  if (high > 0) await look(0)
  for (let next = between(low, high, skipped); next !== undefined; next = between(low, high, skipped)) {
    if (number >= limit) return { type: 'undecided' }
    await look(next)
  }
  return found(positions, low, high)
}

/** The unchecked position that is nearest to the middle; none where all between were checked. */
function between(low: number, high: number, skipped: ReadonlySet<number>): number | undefined {
  const middle = Math.floor((low + high) / 2)
  for (let distance = 0; distance <= high - low; distance += 1) {
    for (const index of [middle - distance, middle + distance])
      if (index > low && index < high && !skipped.has(index)) return index
  }
  return undefined
}

function found<Position>(positions: readonly Position[], low: number, high: number): Bisected<Position> {
  const first = positions[high]
  if (first === undefined) return { type: 'undecided' }
  const after = positions[low]
  const skipped = positions.slice(low + 1, high)
  return { type: 'found', first, ...(after === undefined ? {} : { after }), skipped }
}
