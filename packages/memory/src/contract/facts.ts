import type { Label, Timestamp } from '@keepup/core'

import type { EvidenceId } from './evidence.ts'
import type { ItemId, MemoryItem, MemoryKind } from './memory-item.ts'

/** Something to be remembered on purpose. */
export interface NewFact {
  /** `semantic` when left out. */
  readonly kind?: MemoryKind
  readonly text: string
  readonly subject?: string
  readonly attribute?: string
  readonly value?: string
  readonly validFrom?: Timestamp
  readonly validTo?: Timestamp
  /** What it was taken from. Its label is the join of theirs. */
  readonly sources?: readonly EvidenceId[]
  readonly derivedFrom?: readonly ItemId[]
  /** Wants to be in the core block: needs to be trusted. */
  readonly pinned?: boolean
  /** Of content without sources: trusted where `by` is `user`, free text otherwise, when left out. */
  readonly label?: Label
}

/** What became of a fact. */
export interface Remembered {
  readonly id: ItemId
  /** `added`; `proposed`: waits for a person; `known`: it was there before. */
  readonly outcome: 'added' | 'proposed' | 'known'
  /** Facts of the same key with another value, which ended with this one. */
  readonly superseded: readonly ItemId[]
}

/** Where an item comes from, and what became of it. */
export interface Explanation {
  readonly item: MemoryItem
  /** What it was after each entry that changed it, oldest first. */
  readonly versions: readonly { readonly sequence: number; readonly item: MemoryItem }[]
  /** What was said that it was taken from. */
  readonly sources: readonly {
    readonly id: EvidenceId
    readonly speaker: string
    readonly text: string
    readonly at: Timestamp
  }[]
  readonly derivedFrom: readonly ItemId[]
  /** Why it is, or is not, in the core block. */
  readonly core: string
}
