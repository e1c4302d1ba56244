import type { Actor, Label, Timestamp } from '@keepup/core'

import type { EvidenceId } from './evidence.ts'

/** Names an item within its scope. */
export type ItemId = string

/**
 * Working: what is at hand. Episodic: what happened. Semantic: what holds. Procedural: how things are to be done, rules and skills.
 */
export const memoryKinds = ['working', 'episodic', 'semantic', 'procedural'] as const

/** One of {@link memoryKinds}. */
export type MemoryKind = (typeof memoryKinds)[number]

/** What something comes to that was derived, and waits for nobody (`active`), for a person (`proposed`), or was refused. */
export type ItemStatus = 'active' | 'proposed' | 'rejected'

/** Something derived from evidence: a fact, a rule, a skill. Every change of it is an entry, and can be undone. */
export interface MemoryItem {
  readonly id: ItemId
  readonly kind: MemoryKind
  readonly text: string
  /** With `attribute`: what it is a fact of. Two facts of one key with two values contradict each other. */
  readonly subject?: string
  readonly attribute?: string
  readonly value?: string
  /** From when on it holds in the world. */
  readonly validFrom?: Timestamp
  /** Until when it held. Left out: it still does. */
  readonly validTo?: Timestamp
  /** When memory learnt it. */
  readonly recordedAt: Timestamp
  /** When memory took it back. Kept for those who ask what was known then. */
  readonly retractedAt?: Timestamp
  readonly status: ItemStatus
  readonly sources: readonly EvidenceId[]
  /** The sessions that its sources are of: the more, the surer. */
  readonly sessions: readonly string[]
  readonly derivedFrom: readonly ItemId[]
  readonly contradicts: readonly ItemId[]
  readonly supersededBy?: ItemId
  /** Something that it was derived from does not hold any more. */
  readonly stale: boolean
  /** A candidate for the core block. */
  readonly pinned: boolean
  /** Told in two sessions at least, or by a person on purpose. */
  readonly established: boolean
  /** Not used or repeated for long: found later than others. Never deleted for that. */
  readonly dormant: boolean
  readonly lastUsedAt: Timestamp
  /** The join of its sources' labels. */
  readonly label: Label
  /** What made it: `user`, `rule@1`, `model:NAME`. */
  readonly producer: string
  readonly by: Actor
}
