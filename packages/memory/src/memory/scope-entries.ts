import type { Entry, NewEntry, Sequence } from '@keepup/core'

import type { Evidence } from '../contract/evidence.ts'
import type { MemoryChanged, MemoryConsolidated } from '../contract/memory-change.ts'
import type { ResolvedParts } from './parts.ts'

/** Something was said. */
export type MemoryObserved = NewEntry<'memory-observed', Evidence>

/** The types of a scope's entries. */
export const entryTypes = {
  observed: 'memory-observed',
  changed: 'memory-changed',
  consolidated: 'memory-consolidated',
} as const

/** What an entry of a scope says; `undefined` where it says nothing to memory, or was erased. */
export function readEntry(
  entry: Entry,
): { readonly evidence: Evidence } | { readonly changed: MemoryChanged | MemoryConsolidated } | undefined {
  if (entry.erased === true || entry.version !== 1) return undefined
  // What this package wrote, under its own types, in the version that it wrote.
  if (entry.type === entryTypes.observed) return { evidence: entry.data as Evidence }
  if (entry.type === entryTypes.changed) return { changed: entry.data as MemoryChanged }
  if (entry.type === entryTypes.consolidated) return { changed: entry.data as MemoryConsolidated }
  return undefined
}

/** The entry of a change. */
export function changedEntry(
  { clock, newId }: ResolvedParts,
  by: string,
  changed: MemoryChanged,
): NewEntry<'memory-changed', MemoryChanged> {
  const { changes } = changed
  const added = changes.flatMap((change) => (change.type === 'add' ? [change.item.label] : []))
  const [first, ...others] = added
  return {
    type: entryTypes.changed,
    version: 1,
    critical: false,
    time: clock.now(),
    by,
    id: newId(),
    ...(first === undefined
      ? {}
      : {
          labels: {
            default: first,
            leaves: others.map((label, at) => [`/changes/${at + 1}`, label] as const),
          },
        }),
    data: changed,
  }
}

/** The largest sequence there is: the end of a range that goes on to the head. */
export const unbounded: Sequence = Number.MAX_SAFE_INTEGER
