import type { Sequence, Timestamp } from '@keepup/core'

import type { EvidenceOrigin } from '../contract/evidence.ts'

/** What the ranker knows of one piece of evidence: derived from it, and stored, so that no text is read to rank it. */
export interface RankedDocument {
  /** Its place in the scope's thread. */
  readonly sequence: Sequence
  readonly session: string
  readonly speaker: string
  readonly origin: EvidenceOrigin
  /** When it was said. */
  readonly at: Timestamp
  /** Content words in order, with a space between. */
  readonly words: string
  /** How many words it has, stop words included. */
  readonly size: number
  /** Its length in characters. */
  readonly length: number
  /** Bits of `traits`. */
  readonly traits: number
}
