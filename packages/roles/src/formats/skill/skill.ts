import type { JsonValue } from '@keepup/core'

import type { RoleSource } from '../../role/role-definition.ts'

/** Something that an agent can be told how to do (agentskills.io). */
export interface Skill {
  /** 1 to 64 lower-case letters, digits and single hyphens: the name of its folder. */
  readonly name: string
  /** What it does and when to use it. */
  readonly description: string
  /** What to do. */
  readonly text: string
  readonly license?: string
  /** What it needs around it. */
  readonly compatibility?: string
  /** The tools that it was written for. It is given none by that. */
  readonly tools?: readonly string[]
  readonly metadata?: Readonly<Record<string, JsonValue>>
  /** What lies beside it, by paths below its folder: scripts, references, assets. None of it is read or run. */
  readonly files: readonly string[]
  readonly source: RoleSource
}
