import type { ArtifactStore, Milliseconds, Policy, Tool, ToolCoordinator } from '@keepup/core'

/** What the suite gives to a new coordinator. */
export interface CoordinatorParts {
  readonly tools: readonly Tool[]
  readonly policies: readonly Policy[]
  /** How long a call may take. */
  readonly timeout: Milliseconds
  /** How many characters of an output the model may be shown. */
  readonly outputLimit: number
  readonly artifacts?: ArtifactStore
}

/** What the suite needs of a coordinator. */
export interface ToolCoordinatorHarness {
  /** A coordinator with these parts and no other policies. */
  readonly create: (parts: CoordinatorParts) => ToolCoordinator
}
