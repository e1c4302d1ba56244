import type { Sequence, Timestamp } from '@keepup/core'

import type { EvidenceId } from './evidence.ts'
import type { ItemId, MemoryItem } from './memory-item.ts'

/** A flag of an item that a change sets or clears. */
export type ItemFlag = 'pinned' | 'stale' | 'established' | 'dormant'

/** One change of one item. Changes of several writers commute as far as they touch other items or other fields. */
export type MemoryChange =
  | { readonly type: 'add'; readonly item: MemoryItem }
  | { readonly type: 'flag'; readonly id: ItemId; readonly flag: ItemFlag; readonly value: boolean }
  | {
      readonly type: 'close'
      readonly id: ItemId
      readonly validTo: Timestamp
      readonly supersededBy?: ItemId
    }
  | { readonly type: 'contradict'; readonly id: ItemId; readonly with: ItemId }
  | {
      readonly type: 'repeat'
      readonly id: ItemId
      readonly source?: EvidenceId
      readonly session?: string
      readonly at: Timestamp
    }
  | { readonly type: 'retract'; readonly id: ItemId; readonly at: Timestamp }
  | { readonly type: 'approve'; readonly id: ItemId }
  | { readonly type: 'reject'; readonly id: ItemId }
  /** The item becomes again what it was before the entry at `sequence`. */
  | { readonly type: 'undo'; readonly id: ItemId; readonly sequence: Sequence }

/** The data of a `memory-changed` entry. */
export interface MemoryChanged {
  readonly why: string
  readonly changes: readonly MemoryChange[]
}

/** The data of a `memory-consolidated` entry: one bounded pass. */
export interface MemoryConsolidated extends MemoryChanged {
  /** Evidence up to here has been looked at. */
  readonly through: Sequence
  readonly looked: number
}
