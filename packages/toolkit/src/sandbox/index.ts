export { bubblewrapSandbox, type BubblewrapOptions } from './bubblewrap-sandbox.ts'
export { containerSandbox, type ContainerSandboxOptions } from './container-sandbox.ts'
export type { SandboxName } from './missing-sandbox.ts'
export { findSandboxes, openSandbox, type OpenSandboxOptions, type SandboxChoice } from './open-sandbox.ts'
export type { SandboxFinding } from './open-sandbox.ts'
export {
  type LoadRuntime,
  sandboxRuntimeSandbox,
  type SandboxRuntimeOptions,
} from './sandbox-runtime-sandbox.ts'
export { seatbeltProfile } from './seatbelt-profile.ts'
export { seatbeltSandbox, type SeatbeltOptions } from './seatbelt-sandbox.ts'
export { workspaceProfile, type WorkspaceProfileOptions } from './workspace-profile.ts'
