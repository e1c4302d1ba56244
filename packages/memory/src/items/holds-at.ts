import type { Timestamp } from '@keepup/core'

import type { MemoryItem } from '../contract/memory-item.ts'

/** Whether memory stands by an item, and it holds in the world at that moment. */
export function holdsAt(item: MemoryItem, moment: Timestamp): boolean {
  const { status, retractedAt, validFrom, validTo } = item
  return (
    status === 'active' &&
    retractedAt === undefined &&
    (validFrom === undefined || validFrom <= moment) &&
    (validTo === undefined || moment < validTo)
  )
}
