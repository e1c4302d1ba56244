import type { Timestamp } from '@keepup/core'

import type { MemoryChange } from '../contract/memory-change.ts'
import type { MemoryItem, MemoryKind } from '../contract/memory-item.ts'

const day = 86_400_000

/** After so long without a repetition, the strength of an item has halved. */
const halfLives: Readonly<Record<MemoryKind, number>> = {
  working: 2 * day,
  episodic: 30 * day,
  semantic: 180 * day,
  procedural: 365 * day,
}
/** Weaker ones are found later. */
const weakest = 0.25
/** Told in so many sessions, an item is sure. */
const leastSessions = 2

/** How strong an item is: 1 when it was told once just now, more with every session, halved with every half-life. */
export function strengthOf({ kind, sessions, lastUsedAt }: MemoryItem, now: Timestamp): number {
  return (
    (1 + Math.log(Math.max(1, sessions.length))) * 2 ** (-Math.max(0, now - lastUsedAt) / halfLives[kind])
  )
}

/** What time and repetition change: weak items become dormant, those told twice established. Nothing is deleted; pinned ones do not age. */
export function ageItems(items: readonly MemoryItem[], now: Timestamp): readonly MemoryChange[] {
  return items.flatMap((item): readonly MemoryChange[] => {
    if (item.status !== 'active' || item.retractedAt !== undefined || item.validTo !== undefined) return []
    const isDormant = !item.pinned && strengthOf(item, now) < weakest
    const isSure = !item.established && item.sessions.length >= leastSessions
    return [
      ...(isDormant && !item.dormant ? [flag(item, 'dormant')] : []),
      ...(isSure ? [flag(item, 'established')] : []),
    ]
  })
}

function flag({ id }: MemoryItem, name: 'dormant' | 'established'): MemoryChange {
  return { type: 'flag', id, flag: name, value: true }
}
