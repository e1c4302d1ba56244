import type { Milliseconds } from './clock.ts'
import type { ArtifactHash } from './identifiers.ts'
import type { Label } from './label.ts'

/** What is known of an artifact without its bytes. */
export interface ArtifactInfo {
  /** SHA-256 of the bytes. */
  readonly hash: ArtifactHash
  /** In bytes. */
  readonly size: number
  /** RFC 6838, `text/plain; charset=utf-8` where a tool does not say. */
  readonly mediaType: string
  /** The join of the labels of every `put` of these bytes: a label is never raised. */
  readonly label: Label
}

/** What a collection removed. */
export interface Collected {
  readonly artifacts: number
  /** In bytes. */
  readonly size: number
}

/**
 * Content too large for the log, stored by hash before the entry that names it.
 * Storing streams: memory stays bounded whatever the size. Once a commit with `flush` F that names an artifact has resolved, the artifact
 * is at least as durable as F. The same bytes twice are one artifact.
 */
export interface ArtifactStore extends AsyncDisposable {
  /** Stores bytes. A source that fails leaves nothing behind. */
  put(
    content: Uint8Array | AsyncIterable<Uint8Array>,
    about: { readonly mediaType: string; readonly label: Label },
  ): Promise<ArtifactInfo>
  /** The bytes, or those from `from` up to but without `to`. Fails `artifact-unknown`, or `artifact-damaged` where the whole does not match its hash. */
  get(hash: ArtifactHash, range?: { readonly from?: number; readonly to?: number }): AsyncIterable<Uint8Array>
  describe(hash: ArtifactHash): Promise<ArtifactInfo | undefined>
  /** Removes artifacts that no entry names and that were last put at least `olderThan` ago. Safe beside appends and forks in any process. */
  collect(olderThan: Milliseconds): Promise<Collected>
}
