import type {
  AgentEvent,
  AgentKeeper,
  ArtifactStore,
  Checkpointer,
  Clock,
  ContextPolicy,
  Guard,
  Guidance,
  Hooks,
  Limits,
  Milliseconds,
  Mode,
  Model,
  NewId,
  Owner,
  ProcessTable,
  RecoveryThresholds,
  RetryPolicy,
  Sequence,
  Timestamp,
  ToolCoordinator,
  Workspace,
} from '@keepup/core'

/** What the loop is made of. */
export interface LoopParts {
  readonly checkpointer: Checkpointer
  /** The model, then those to fall back on, in order. */
  readonly models: readonly [Model, ...Model[]]
  readonly tools: ToolCoordinator
  readonly system: string
  readonly artifacts?: ArtifactStore
  /** Finds and ends what a crashed run left behind. Without it recovery cannot end processes, and says so. */
  readonly processes?: ProcessTable
  readonly contextPolicy?: ContextPolicy
  /** Kept before the first call of a run that may change files, and after such calls. */
  readonly files?: Workspace
  /** Looks after agents that the thread started. Without it, those that nobody waits for are left to themselves. */
  readonly agents?: AgentKeeper
  /** Run around the loop's own steps; those around calls are the coordinator's. */
  readonly hooks?: Hooks
  /** Finds what the agent is to be told about the place where it works. */
  readonly guidance?: Guidance
  /** Decide over calls by what happened in the thread, beside the coordinator's policies. */
  readonly guards?: readonly Guard[]
  readonly limits: Limits
  readonly mode: Mode
  readonly unattended: 'deny' | 'wait'
  /** The folder that the agent works in, absolute: recorded with each run. */
  readonly workspace?: string
  /** The name of the role that the agent works in: recorded with each run. */
  readonly role?: string
  readonly retry: RetryPolicy
  readonly thresholds: RecoveryThresholds
  /** How often signals of other processes are looked for while the agent is busy. */
  readonly poll: Milliseconds
  readonly leaseTtl: Milliseconds
  /** A snapshot of the state is written after so many entries at the earliest; 0 for never. Folding some thousand entries takes milliseconds. */
  readonly snapshotAfter: number
  readonly clock: Clock
  /** The time of the entry that is to stand at a sequence: the clock's when left out. Only a replay knows another. */
  readonly stamp?: (sequence: Sequence) => Timestamp
  /** Awaited before each step that something from outside may have come before. Only a replay has one: what was recorded first comes first. */
  readonly inOrder?: () => Promise<void>
  /** Whether entries that nothing came between are committed together. Off, the log is the same and costs more. */
  readonly group: boolean
  readonly newId: NewId
  /** This process, for leases; found out when left out. */
  readonly owner?: Owner
  /** Learns of every event of every run, after it was committed. */
  readonly announce: (event: AgentEvent) => void
}
