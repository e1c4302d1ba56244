export { type GitWorkspace, gitWorkspace, type GitWorkspaceOptions } from './git-workspace.ts'
export { type Release, type Released, releaseSnapshots } from './release-snapshots.ts'
