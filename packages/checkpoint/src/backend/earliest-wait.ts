import type { Entry, Timestamp } from '@keepup/core'

/** When the first wait of a commit ends, if any of its entries waits. */
export function earliestWait(entries: readonly Entry[]): Timestamp | undefined {
  let first: number | undefined
  for (const { until } of entries)
    if (until !== undefined && (first === undefined || until < first)) first = until
  return first
}
