import type { MemoryItem } from '@keepup/memory'

import { safeLine } from '../terminal/safe-text.ts'

/** An item as a person reads it in a list. */
export function itemLine(item: MemoryItem): string {
  const marks = [
    item.kind,
    item.label.integrity,
    ...(item.status === 'active' ? [] : [item.status]),
    ...(item.pinned ? ['pinned'] : []),
    ...(item.established ? ['sure'] : []),
    ...(item.stale ? ['stale'] : []),
    ...(item.dormant ? ['dormant'] : []),
    ...(item.validTo === undefined ? [] : [`until ${new Date(item.validTo).toISOString().slice(0, 10)}`]),
    ...(item.retractedAt === undefined ? [] : ['taken back']),
    ...(item.contradicts.length === 0 ? [] : [`against ${item.contradicts.join(', ')}`]),
  ]
  return `${item.id}  ${safeLine(item.text)}  (${marks.join(', ')})\n`
}
