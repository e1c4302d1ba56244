export { type GitWorkspace, gitWorkspace, type GitWorkspaceOptions } from './git-workspace.ts'
