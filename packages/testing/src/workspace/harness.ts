import type { Workspace } from '@keepup/core'

/** Where a workspace is, and a folder that is not there yet, for what a backend keeps. Both are removed after the check. */
export interface WorkspacePlaces {
  readonly root: string
  readonly storage: string
}

/** What the suite needs of a backend of workspaces. */
export interface WorkspaceHarness {
  /** Opens a workspace over a folder that holds plain files alone. Each call is a new one, with no snapshot. */
  readonly open: (places: WorkspacePlaces) => Promise<Workspace>
  /** Opens the same snapshots as another process would after a restart; left out where they end with the process. */
  readonly reopen?: (places: WorkspacePlaces) => Promise<Workspace>
}
