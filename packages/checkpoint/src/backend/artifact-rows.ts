import type { ArtifactHash, ArtifactInfo, Collected, Label, Milliseconds } from '@keepup/core'

/** An artifact as its bytes are read. */
export interface FoundArtifact {
  readonly id: number
  /** In bytes. */
  readonly size: number
}

/** A chunk as it was written, with the SHA-256 of its bytes. */
export interface StoredChunk {
  readonly digest: Uint8Array
  readonly bytes: Buffer
}

/** Artifacts as rows of some database, each method a transaction of its own. */
export interface ArtifactRows {
  /** Makes a row that nobody sees yet; gives its id. */
  begin(mediaType: string, label: Label): Promise<number>
  /** The bytes are only valid until the promise resolves. */
  addChunk(id: number, number: number, digest: Uint8Array, bytes: Uint8Array): Promise<void>
  /** Names what was begun, or drops it where the same bytes are stored already. */
  finish(
    id: number,
    named: { readonly hash: ArtifactHash; readonly size: number; readonly label: Label },
  ): Promise<ArtifactInfo>
  /** Copies the bytes of what was begun into the place of those that are stored under this hash, which are damaged. Does nothing where none are stored. */
  heal(id: number, named: { readonly hash: ArtifactHash; readonly size: number }): Promise<void>
  /** Drops what was begun. */
  remove(id: number): Promise<void>
  find(hash: ArtifactHash): Promise<FoundArtifact | undefined>
  chunk(id: number, number: number): Promise<StoredChunk | undefined>
  describe(hash: ArtifactHash): Promise<ArtifactInfo | undefined>
  /** Removes what no entry names and what was left half-written. */
  collect(olderThan: Milliseconds): Promise<Collected>
}
