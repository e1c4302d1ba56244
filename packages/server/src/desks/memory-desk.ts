import type { Label } from '@keepup/core'

/** Something that is remembered. */
export interface ToldMemory {
  readonly id: string
  readonly kind: string
  readonly text: string
  readonly status: string
  readonly subject?: string | undefined
  readonly attribute?: string | undefined
  readonly value?: string | undefined
  readonly recordedAt: number
  readonly retractedAt?: number | undefined
  readonly validTo?: number | undefined
  readonly supersededBy?: string | undefined
  readonly pinned: boolean
  readonly stale: boolean
  readonly dormant: boolean
  readonly producer: string
  readonly label: Label
  readonly sources: readonly string[]
}

/** Where something that is remembered comes from, and what became of it. */
export interface ToldExplanation {
  readonly item: ToldMemory
  /** What it was after each entry that changed it, oldest first. */
  readonly versions: readonly { readonly sequence: number; readonly item: ToldMemory }[]
  readonly sources: readonly {
    readonly id: string
    readonly speaker: string
    readonly text: string
    readonly at: number
  }[]
  readonly derivedFrom: readonly string[]
  /** Why it is, or is not, in every prompt. */
  readonly core: string
}

/** What a person can do about something that is remembered. */
export type MemoryDecision = 'approve' | 'forget' | 'reject'

/** A memory, as far as a person looks into it. */
export interface MemoryDesk {
  /** The scopes that there are, and how many entries each has. */
  scopes(): Promise<readonly { readonly scope: string; readonly head: number }[]>
  /** Everything of a scope, also what was taken back. */
  items(scope: string): Promise<readonly ToldMemory[]>
  /** Fails where there is no such item. */
  explain(scope: string, id: string): Promise<ToldExplanation>
  /** Gives the entry that says so, for `undo`. */
  decide(scope: string, id: string, decision: MemoryDecision): Promise<number>
  /** Makes the items that an entry changed what they were before it; gives the entry that says so. */
  undo(scope: string, entry: number): Promise<number>
}
