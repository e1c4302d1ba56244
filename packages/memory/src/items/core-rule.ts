import type { MemoryItem } from '../contract/memory-item.ts'

/** Why an item may not stand in the core block; `undefined` where it may. Pinning is no reason by itself: what others wrote never speaks with the person's voice. */
export function coreObstacle(item: MemoryItem): string | undefined {
  if (item.status !== 'active') return `it is ${item.status}`
  if (item.retractedAt !== undefined) return 'it was taken back'
  if (!item.pinned) return 'it is not pinned'
  if (item.label.integrity !== 'trusted') return `it is ${item.label.integrity}: approve it first`
  if (item.label.confidential) return 'it is confidential'
  return item.stale ? 'what it was derived from does not hold any more' : undefined
}
