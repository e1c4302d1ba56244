import type {
  ArtifactStore,
  Checkpointer,
  Clock,
  Hooks,
  JsonValue,
  Milliseconds,
  Mode,
  NewId,
  Owner,
  Policy,
  ProcessTable,
  RunAgent,
  ThreadId,
  Tool,
  ToolCoordinator,
  ToolPolicy,
  Workspace,
} from '@keepup/core'

import type { CommandGate } from '../definition/gate.ts'

/** Who works, and within which bounds: what a host makes an agent of. All of it must be heeded, or the procedure is not enforced. */
export interface Seat {
  readonly phase: string
  /** Empty where the phase has no branches. */
  readonly branch: string
  /** `work`, or a judge's: it reads and says what it thinks. */
  readonly purpose: 'judge' | 'work'
  readonly role?: string
  readonly model?: string
  readonly skills?: readonly string[]
  /** Which of the host's tools the agent may use: for the registry, or the coordinator's situation. */
  readonly toolPolicy: ToolPolicy
  /** One more policy of the coordinator: calls of other tools, and of files that the phase may not edit, are denied. */
  readonly policy: Policy
  /** Tools besides the host's: `request_transition`. */
  readonly tools: readonly Tool[]
  /** A working tree of its own, in which it works instead of the host's: its tools must have no other root. */
  readonly workspace?: Workspace
  /** Run around its calls, besides the host's own: gates after edits, and the budget of calls. See {@link joinHooks}. */
  readonly hooks?: Hooks
}

/** How the command of a gate becomes a call of a tool that the coordinator has. */
export interface CommandTool {
  readonly name: string
  readonly input: (run: readonly string[], gate: Pick<CommandGate, 'cwd' | 'timeoutMs'>) => JsonValue
}

/** What an executor of procedures is made of. */
export interface SopParts {
  readonly checkpointer: Checkpointer
  /** Makes the agent of a seat. It keeps its threads with the same checkpointer. */
  readonly agent: (seat: Seat) => RunAgent | Promise<RunAgent>
  /** Decides and runs the commands of gates, as it would an agent's. */
  readonly coordinator: ToolCoordinator
  readonly workspace: Workspace
  /** A coordinator that works in the tree of a branch, and is as careful as `coordinator`. Procedures whose branches have trees are refused without. */
  readonly coordinatorOf?: (tree: Workspace) => Promise<ToolCoordinator>
  /** Runs commands; a tool `shell { command, timeout_ms }`, whose structured output tells `exitCode`, when left out. */
  readonly commandTool?: CommandTool
  /** Where long outputs of commands are read from. */
  readonly artifacts?: ArtifactStore
  /** Ends commands that a crash left running. */
  readonly processes?: ProcessTable
  /** `ask` when left out. */
  readonly mode?: Mode
  /** What becomes of agents' calls that must be asked about; commands of gates always wait. `wait` when left out. */
  readonly unattended?: 'deny' | 'wait'
  readonly clock?: Clock
  readonly newId?: NewId
  readonly owner?: Owner
  /** 30,000 when left out. */
  readonly leaseTtl?: Milliseconds
}

/** Which thread to drive. */
export interface SopDriving {
  readonly thread: ThreadId
  /** Interrupts: what is under way ends, and the run can be gone on with. */
  readonly signal?: AbortSignal
}
