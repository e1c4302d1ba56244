import type {
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
  Policy,
  ProcessTable,
  RecoveryThresholds,
  RetryPolicy,
  Tool,
  ToolCoordinator,
  Workspace,
} from '@keepup/core'

/** What a runtime is composed of. Only the model and the checkpointer must be given. */
export interface RuntimeParts {
  readonly model: Model
  /** Tried in order when the model cannot answer. */
  readonly fallbacks?: readonly Model[]
  /** Where threads are kept. The runtime does not close it. */
  readonly checkpointer: Checkpointer
  /** Where large outputs are kept; without it they are cut. */
  readonly artifacts?: ArtifactStore
  /** The tools of the agent, or a coordinator that has them. */
  readonly tools?: readonly Tool[] | ToolCoordinator
  /** Decide over calls, beside the mode. Not used with a coordinator of one's own. */
  readonly policies?: readonly Policy[]
  /** Decide over calls by what happened in the thread, whatever the coordinator. */
  readonly guards?: readonly Guard[]
  /** Stands in for the shipped policy of the modes, such as the one of `@keepup/permissions`. Not used with a coordinator of one's own. */
  readonly modePolicy?: Policy
  /** Run around calls, calls of the model and the run itself. A coordinator of one's own has to be given them too. */
  readonly hooks?: Hooks
  /** Looks after the agents that this one starts: an `AgentManager` of `@keepup/agents`, whose tools are among `tools`. */
  readonly agents?: AgentKeeper
  /** The files that the agent works on: kept before the first call of a run that may change any, and after such calls. Not kept when left out. */
  readonly files?: Workspace
  /** Finds what the agent is to be told about the place where it works, such as `folderGuidance` of `@keepup/roles`. */
  readonly guidance?: Guidance
  /** The system prompt. Keep it the same from run to run: it is the beginning of every prompt. */
  readonly system?: string
  /** 50 turns when left out. */
  readonly limits?: Limits
  /** `ask` when left out. */
  readonly mode?: Mode
  /** `deny` when left out. */
  readonly unattended?: 'deny' | 'wait'
  /** The folder that the agent works in, absolute: recorded with each run, for those who answer its questions from elsewhere. */
  readonly workspace?: string
  /** The name of the role that the agent works in: recorded with each run, so that it is held to when the thread goes on. */
  readonly role?: string
  /** Ends what a crashed run left behind. */
  readonly processes?: ProcessTable
  readonly contextPolicy?: ContextPolicy
  readonly retry?: Partial<RetryPolicy>
  readonly thresholds?: Partial<RecoveryThresholds>
  /** How often other processes' signals are looked for while the agent is busy; 100 when left out. */
  readonly poll?: Milliseconds
  /** How long a lease outlives a holder that nobody can prove dead; 30,000 when left out. */
  readonly leaseTtl?: Milliseconds
  /** A snapshot of a thread's state is written after so many entries at the earliest; 4,096 when left out, 0 for never. */
  readonly snapshotAfter?: number
  readonly clock?: Clock
  readonly newId?: NewId
}
