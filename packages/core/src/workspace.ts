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
  /** Keeps the present files; the same files give the same id. Files that are not covered are named, not dropped in silence. */
  snapshot(): Promise<{
    readonly id: Hash
    readonly uncovered: readonly { readonly path: string; readonly reason: string }[]
  }>
  /** The id that `snapshot` would give, without keeping anything. */
  treeHash(): Promise<Hash>
  changes(from: Hash, to?: Hash): Promise<readonly FileChange[]>
  /** Brings files back, after a snapshot of the present ones: its id is returned, so that this too can be undone. */
  restore(to: Hash, paths?: readonly string[]): Promise<Hash>
  /** A separate working tree that starts at a snapshot. */
  branch(at: Hash): Promise<Workspace>
  /** Brings another branch's changes in. What conflicts is reported and left as it was. */
  merge(from: Workspace): Promise<MergeReport>
}
