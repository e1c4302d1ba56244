export { type Adoption, adoptSnapshots } from './adopt-snapshots.ts'
export { type GitWorkspace, gitWorkspace, type GitWorkspaceOptions } from './git-workspace.ts'
export { type Release, type Released, releaseSnapshots } from './release-snapshots.ts'
