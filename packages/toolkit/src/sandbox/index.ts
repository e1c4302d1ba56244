export { bubblewrapSandbox, type BubblewrapOptions } from './bubblewrap-sandbox.ts'
export { sandboxRuntimeSandbox, type SandboxRuntimeOptions } from './sandbox-runtime-sandbox.ts'
export { workspaceProfile, type WorkspaceProfileOptions } from './workspace-profile.ts'
