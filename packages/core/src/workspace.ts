import type { Hash } from './identifiers.ts'

/** How one file differs between two moments. */
export interface FileChange {
  /** Relative to the workspace's root, with `/`. */
  readonly path: string
  readonly change: 'added' | 'modified' | 'deleted'
}

/** What merging another branch of the workspace came to. */
export interface MergeReport {
  readonly merged: readonly FileChange[]
  readonly conflicts: readonly { readonly path: string; readonly reason: string }[]
}

/** The files an agent works on, as positions that can be compared and brought back. */
export interface Workspace extends AsyncDisposable {
  /** Absolute. */
  readonly root: string
  /**
   * Keeps the present files; the same files give the same id. Files that are not covered are named, not dropped in silence. Where `touched` is given, nothing
   * else is known to have changed since the last snapshot: relative paths of files or folders, and a backend may look at these alone.
   */
  snapshot(touched?: readonly string[]): Promise<{
    readonly id: Hash
    readonly uncovered: readonly { readonly path: string; readonly reason: string }[]
  }>
  /** The id that `snapshot` would give, without keeping anything. */
  treeHash(): Promise<Hash>
  changes(from: Hash, to?: Hash): Promise<readonly FileChange[]>
  /**
   * Brings files back, after a snapshot of the present ones: its id is returned, so that this too can be undone. `paths` name files, or folders with all
   * that is in them. Files that no snapshot covers are never written or removed: where one is in the way, nothing is brought back and it fails.
   */
  restore(to: Hash, paths?: readonly string[]): Promise<Hash>
  /** A separate working tree that starts at a snapshot. */
  branch(at: Hash): Promise<Workspace>
  /** Opens a branch again whose process has died: `root` as the branch told it, `at` the snapshot that it started at. Not every backend can. */
  reopen?(root: string, at: Hash): Promise<Workspace>
  /** Brings another branch's changes in. What conflicts is reported and left as it was. */
  merge(from: Workspace): Promise<MergeReport>
}
