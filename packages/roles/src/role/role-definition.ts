import type { Hash, JsonValue, Limits, Mode } from '@keepup/core'

import type { FormatName } from '../load/format-name.ts'
import type { RoleRule } from './role-rule.ts'

/** Where a role was read. */
export interface RoleSource {
  readonly format: FormatName
  /** The file, as it was found. */
  readonly path: string
  /** The line of the file where the role begins, from 1. */
  readonly line: number
  /** SHA-256 of the file's bytes. */
  readonly hash: Hash
  /** Whether a person keeps it (`user`), or it came with a project that may be a stranger's. */
  readonly scope: RoleScope
}

/** Whose file it is. What comes with a project is never trusted. */
export type RoleScope = 'user' | 'project'

/** Whom a role may hand work to. */
export interface RoleDelegates {
  /** Names of roles; `*` stands for any letters. Nobody when empty. */
  readonly to: readonly string[]
  /** Levels of agents below it. */
  readonly maxDepth?: number
  /** Agents that it may start in all. */
  readonly maxChildren?: number
  /** Agents of its that may run at a time. */
  readonly maxConcurrent?: number
}

/** A way on that is offered to a person once the role is done. */
export interface RoleHandoff {
  readonly label: string
  /** The role that takes over. */
  readonly to: string
  readonly prompt?: string
  /** Whether the prompt is sent without being looked at. */
  readonly send?: boolean
}

/** What the role says it can do, for agent cards (A2A `AgentSkill`). */
export interface RoleSkill {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly tags?: readonly string[]
  readonly examples?: readonly string[]
}

/** Who an agent is: what it is told, and what it may use at most. A role takes away from what a run may do and never adds to it. */
export interface RoleDefinition {
  /** How others call it: 1 to 100 characters. */
  readonly name: string
  /** What it is good for, for those who choose it. */
  readonly description: string
  /** Its system prompt. */
  readonly system: string
  /** The model that it asks for, as its file names it; the run's own when left out. */
  readonly model?: string
  /** Tools that it may use; `*` stands for any letters. All that the run has when left out, none when empty. */
  readonly tools?: readonly string[]
  /** Tools that it may not use, whatever `tools` says. */
  readonly withheldTools?: readonly string[]
  /** Which calls it may make of its tools; the last rule that fits counts. */
  readonly rules?: readonly RoleRule[]
  /** The most that it may do by itself: a run's own mode counts where that is more careful. */
  readonly mode?: Mode
  /** What a run of it may use: a run's own limits count where they are lower. */
  readonly limits?: Limits
  /** Skills whose text it is told from the start. */
  readonly skills?: readonly string[]
  /** MCP servers that it asks for, by name. They are never started from here. */
  readonly servers?: readonly string[]
  /** The scope of what it remembers. */
  readonly memory?: 'user' | 'project' | 'local'
  readonly delegates?: RoleDelegates
  readonly handoffs?: readonly RoleHandoff[]
  /** What it works in: the run's folder when left out. */
  readonly isolation?: 'none' | 'worktree' | 'container' | 'remote'
  /** Whether it runs beside the agent that started it. */
  readonly background?: boolean
  /** Who may choose it; anyone when left out. */
  readonly chosenBy?: 'anyone' | 'people' | 'agents' | 'nobody'
  /** What it is asked first where nobody asks it anything. */
  readonly opening?: string
  /** How it must work: the name of an SOP. */
  readonly sop?: string
  /** What it says it can do. */
  readonly a2a?: { readonly skills: readonly RoleSkill[] }
  /** What its file says beyond that. Nothing here is read. */
  readonly metadata?: Readonly<Record<string, JsonValue>>
  readonly source: RoleSource
}
