import type { Entry, Timestamp } from '@keepup/core'

import type { Mutant } from './mutant.ts'

/** Until when a thread waits after a commit of entries. */
export function dueAfter(
  before: Timestamp | undefined,
  stored: readonly Entry[],
  mutant: Mutant | undefined,
): Timestamp | undefined {
  const isAside = mutant !== 'forgets a wait' && stored.every(({ critical }) => !critical)
  const waits = stored.flatMap(({ until }) => until ?? [])
  return [...waits, ...(isAside && before !== undefined ? [before] : [])].toSorted((a, b) => a - b)[0]
}
