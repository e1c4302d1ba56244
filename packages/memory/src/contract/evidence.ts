import type { Label, Sequence, Timestamp } from '@keepup/core'

/** Names a piece of evidence within its scope, for ever. */
export type EvidenceId = string

/** Who said something: a person, the agent, one of its tools, another agent, or what was brought in from elsewhere. */
export type EvidenceOrigin = 'user' | 'assistant' | 'tool' | 'agent' | 'import'

/** Something that was said, as it was said. Never changed. */
export interface Evidence {
  readonly id: EvidenceId
  /** What it was said in: a conversation, a day. Neighbours are those of the same session. */
  readonly session: string
  readonly speaker: string
  readonly origin: EvidenceOrigin
  readonly text: string
  /** What a picture or file shows that came with it. */
  readonly caption?: string
  /** When it was said. */
  readonly at: Timestamp
  /** Where it came from, as far as it can be trusted, and who may read it. */
  readonly label: Label
}

/** Something that was said, on its way into memory. */
export interface NewEvidence {
  /** The same id twice is one piece of evidence. Made of everything else when left out. */
  readonly id?: EvidenceId
  readonly session: string
  /** The origin when left out. */
  readonly speaker?: string
  readonly origin: EvidenceOrigin
  readonly text: string
  readonly caption?: string
  /** Now when left out. */
  readonly at?: Timestamp
  /** Trusted for what a person said, free text for all else, when left out. */
  readonly label?: Label
}

/** Evidence as a store keeps it. */
export interface StoredEvidence extends Evidence {
  readonly sequence: Sequence
}
