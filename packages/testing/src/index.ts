export { artifactStoreChecks } from './artifact-store/checks.ts'
export { describeArtifactStore } from './artifact-store/describe-artifact-store.ts'
export type { ArtifactCapability, ArtifactStoreHarness } from './artifact-store/harness.ts'
export type { ArtifactStoreUnderTest } from './artifact-store/harness.ts'
export type { ArtifactCheck } from './artifact-store/scene.ts'
export { callThreadChecks } from './call-thread/checks.ts'
export { describeCallThread } from './call-thread/describe-call-thread.ts'
export type { CallRun, CallThreadHarness, WantedRun } from './call-thread/harness.ts'
export type { CallThreadCheck } from './call-thread/scene.ts'
export type { Check } from './check.ts'
export { checkpointerChecks } from './checkpointer/checks.ts'
export { describeCheckpointer } from './checkpointer/describe-checkpointer.ts'
export type { Capability, CheckpointerHarness, CheckpointerStore } from './checkpointer/harness.ts'
export type { Owners, StoreOptions } from './checkpointer/harness.ts'
export type { CheckpointerCheck } from './checkpointer/scene.ts'
export { hookChecks } from './hooks/checks.ts'
export { describeHooks } from './hooks/describe-hooks.ts'
export type { HookDialect, HookHarness, HookUnderTest } from './hooks/harness.ts'
export type { HookCheck } from './hooks/hook-check.ts'
export { createShiftingClock, type ShiftingClock } from './shifting-clock.ts'
export { modelChecks } from './model/checks.ts'
export { describeModel } from './model/describe-model.ts'
export {
  answerText,
  type ModelHarness,
  type ModelUnderTest,
  type ProviderBehaviour,
} from './model/harness.ts'
export type { ModelCheck } from './model/model-check.ts'
export {
  describeToolCoordinator,
  toolCoordinatorChecks,
} from './tool-coordinator/describe-tool-coordinator.ts'
export type { CoordinatorParts, ToolCoordinatorHarness } from './tool-coordinator/harness.ts'
export type { CoordinatorCheck } from './tool-coordinator/coordinate.ts'
export { workspaceChecks } from './workspace/checks.ts'
export { describeWorkspace } from './workspace/describe-workspace.ts'
export type { WorkspaceHarness, WorkspacePlaces } from './workspace/harness.ts'
export type { WorkspaceCheck } from './workspace/scene.ts'
