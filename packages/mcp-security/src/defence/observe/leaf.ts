import type { Integrity, JsonPointer, SourceId } from '@keepup/core'

/** One string or number that the model was shown, and what it is worth. */
export interface Leaf {
  readonly value: string | number
  readonly pointer: JsonPointer
  /** The tool that gave it, as a source: `tool:read_file`. */
  readonly source: SourceId
  /** `own`: an id that the agent's own write returned. */
  readonly integrity: Integrity | 'own'
  /** The read was asked for by the user's words, or made before anything untrusted was read. */
  readonly directed: boolean
  /** Its item is the only one, or the one that the user's words name. */
  readonly selected: boolean
  /** A superlative of the user's words means its item. */
  readonly ranked: boolean
  readonly confidential: boolean
  /** Who wrote the item, where the result says and the user's words name them. */
  readonly author?: string
  /** The arguments of the read are in the user's words: the source is named, not only reached. */
  readonly named: boolean
  /** The entry that holds it, where the log is known. */
  readonly entry?: number
}
