import type {
  AgentRole,
  Checkpointer,
  Clock,
  Hooks,
  Milliseconds,
  Owner,
  RunAgent,
  ThreadId,
  Workspace,
} from '@keepup/core'

import type { AgentBounds } from './agent-bounds.ts'

/** Where an agent works. */
export interface AgentPlace {
  readonly agent: ThreadId
  /** The files that it works on; those of whoever composes it when left out. */
  readonly workspace?: Workspace
}

/** What an `AgentManager` is made of. */
export interface AgentManagerOptions {
  /** The store of every thread of the tree. The manager does not close it. */
  readonly checkpointer: Checkpointer
  /** Who can be started. Names must be unique. */
  readonly roles: readonly AgentRole[]
  /**
   * What runs an agent of a role: compose it of the role's prompt, tools and model, with the manager as its `agents` and the manager's tools among its own. Asked
   * before each run; keep what it gives where many agents of one role are at work.
   */
  readonly agentOf: (role: AgentRole, place: AgentPlace) => RunAgent | Promise<RunAgent>
  /** Whom the agent that a person started may start, by their role; anybody when left out. Of others their roles say it. */
  readonly mayStart?: (role: string) => boolean
  /** How far a tree may grow; see `defaultBounds`. */
  readonly bounds?: Partial<AgentBounds>
  /** Told of each agent that starts and ends; they may refuse either. */
  readonly hooks?: Hooks
  /** The files that the tree works on. Without it every agent works in the same folder. */
  readonly workspace?: Workspace
  readonly clock?: Clock
  /** How often agents that other processes run are looked at; 100 when left out. */
  readonly poll?: Milliseconds
  /** How long an agent may take to end once it is told to; 10,000 when left out. */
  readonly patience?: Milliseconds
  /** This process, for leases; found out when left out. */
  readonly owner?: Owner
}

/** The parts, whole, as the pieces of a manager share them. */
export interface ManagerParts extends AgentManagerOptions {
  readonly limits: AgentBounds
  readonly clock: Clock
  readonly poll: Milliseconds
  readonly patience: Milliseconds
  readonly owner: Owner
  readonly roleOf: (name: string) => AgentRole | undefined
}
