import type { Entry, Timestamp } from '@keepup/core'

/** When the first wait of a commit ends, if any of its entries waits. */
export function earliestWait(entries: readonly Entry[]): Timestamp | undefined {
  let first: number | undefined
  for (const { until } of entries)
    if (until !== undefined && (first === undefined || until < first)) first = until
  return first
}

/** When the last commit's first wait ends, after `entries` were added to a thread whose last commit waits until `before`. */
export function waitAfter(
  before: Timestamp | undefined,
  entries: readonly { readonly entry: Entry; readonly part: number }[],
): Timestamp | undefined {
  const start = entries.findLastIndex(({ part }) => part === 0)
  const own = earliestWait(entries.slice(Math.max(0, start)).map(({ entry }) => entry))
  // Without a start among them, they go on with the commit that was the last one.
  return start !== -1 || before === undefined || (own ?? Infinity) < before ? own : before
}
