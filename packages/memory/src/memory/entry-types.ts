import { type Entry, joinLabels, type NewEntry, type Sequence } from '@keepup/core'

import type { Evidence } from '../contract/evidence.ts'
import type { MemoryChange, MemoryChanged, MemoryConsolidated } from '../contract/memory-change.ts'
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
  return {
    type: entryTypes.changed,
    version: 1,
    critical: false,
    time: clock.now(),
    by,
    id: newId(),
    ...labelsOf(changed.changes),
    data: changed,
  }
}

/** The entry of a pass of consolidation. */
export function consolidatedEntry(
  { clock }: ResolvedParts,
  consolidated: MemoryConsolidated,
): NewEntry<'memory-consolidated', MemoryConsolidated> {
  return {
    type: entryTypes.consolidated,
    version: 1,
    critical: false,
    time: clock.now(),
    by: 'runtime',
    ...labelsOf(consolidated.changes),
    data: consolidated,
  }
}

/** The labels of what is added, each at its place. What is added to nothing has the first one. */
function labelsOf(changes: readonly MemoryChange[]): Pick<NewEntry, 'labels'> {
  const leaves = changes.flatMap((change, at) =>
    change.type === 'add' ? [[`/changes/${at}`, change.item.label] as const] : [],
  )
  const [first] = leaves
  if (first === undefined) return {}
  return {
    labels: { default: leaves.reduce((label, [, other]) => joinLabels(label, other), first[1]), leaves },
  }
}

/** The largest sequence there is: the end of a range that goes on to the head. */
export const unbounded: Sequence = Number.MAX_SAFE_INTEGER
