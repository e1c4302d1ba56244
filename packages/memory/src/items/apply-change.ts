import { joinLabels, type Label } from '@keepup/core'

import type { MemoryChange } from '../contract/memory-change.ts'
import type { MemoryItem } from '../contract/memory-item.ts'

/** A change of an item that is there. */
type Change = Exclude<MemoryChange, { type: 'add' | 'undo' }>

/** The item after a change. Pure; a change that says nothing new gives the item itself. */
export function applyChange(item: MemoryItem, change: Change): MemoryItem {
  switch (change.type) {
    case 'flag':
      return item[change.flag] === change.value ? item : { ...item, [change.flag]: change.value }
    case 'close':
      return close(item, change)
    case 'contradict':
      return item.contradicts.includes(change.with)
        ? item
        : { ...item, contradicts: [...item.contradicts, change.with].toSorted() }
    case 'repeat':
      return repeat(item, change)
    case 'retract':
      return item.retractedAt === undefined ? { ...item, retractedAt: change.at } : item
    case 'approve':
      return { ...item, status: 'active', established: true, label: adopted(item.label) }
    case 'reject':
      return { ...item, status: 'rejected' }
  }
}

/** What ends first ends it; an end is never moved back to later. */
function close(item: MemoryItem, change: Extract<Change, { type: 'close' }>): MemoryItem {
  if (item.validTo !== undefined && item.validTo <= change.validTo) return item
  const { supersededBy } = change
  return { ...item, validTo: change.validTo, ...(supersededBy === undefined ? {} : { supersededBy }) }
}

function repeat(item: MemoryItem, { source, session, at }: Extract<Change, { type: 'repeat' }>): MemoryItem {
  return {
    ...item,
    sources: unite(item.sources, source),
    sessions: unite(item.sessions, session),
    lastUsedAt: Math.max(item.lastUsedAt, at),
    dormant: false,
  }
}

function unite(all: readonly string[], one: string | undefined): readonly string[] {
  return one === undefined || all.includes(one) ? all : [...all, one].toSorted()
}

/** What a person approved is that person's word from then on: where it came from, and who may read it, stays. */
function adopted(label: Label): Label {
  const joined = joinLabels(label, {
    integrity: 'trusted',
    sources: ['review'],
    readers: 'anyone',
    confidential: false,
  })
  return { ...joined, integrity: 'trusted' }
}
