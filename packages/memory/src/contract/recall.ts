import type { Sequence, Timestamp } from '@keepup/core'

import type { StoredEvidence } from './evidence.ts'
import type { MemoryItem, MemoryKind } from './memory-item.ts'
import type { Scope, ScopeId } from './scope.ts'

/** A moment of a memory: after an entry of its scope, or as it was known at a time. */
export type MemoryMoment = { readonly sequence: Sequence } | { readonly time: Timestamp }

/** What is asked of a memory. */
export interface RecallQuery {
  /** Only these are looked into. */
  readonly scopes: readonly (Scope | ScopeId)[]
  readonly text: string
  /** At most so many pieces of evidence; 10 when left out. */
  readonly limit?: number
  /** As it was known then; now when left out. With several scopes, a time. */
  readonly asOf?: MemoryMoment
  /** Items that hold in the world at that moment; now, or the time of `asOf`, when left out. */
  readonly validAt?: Timestamp
  readonly kinds?: readonly MemoryKind[]
  /** Content that names its readers is given to these alone; to nobody when left out. */
  readonly reader?: string
  /** In tokens, estimated: everything is given where it fits, and no more than that otherwise. */
  readonly budget?: number
}

/** A piece of evidence that was found. */
export interface RecalledEvidence extends StoredEvidence {
  readonly scope: ScopeId
  readonly score: number
  /** What came together in the score. Empty where everything was given. */
  readonly parts: Readonly<Record<string, number>>
}

/** An item that was found. */
export interface RecalledItem extends MemoryItem {
  readonly scope: ScopeId
  readonly score: number
}

/** What a memory gives. */
export interface Recalled {
  /** Best first. */
  readonly evidence: readonly RecalledEvidence[]
  /** Best first. */
  readonly items: readonly RecalledItem[]
  /** Whether all evidence of the scopes is there, because it fits. */
  readonly everything: boolean
  /** What was read: put it into the entry of whoever asked, so that it can be read again as it was. */
  readonly read: readonly { readonly scope: ScopeId; readonly at: Sequence }[]
}
