import type { JsonValue } from '@keepup/core'

import type { RoleSource } from '../../role/role-definition.ts'

/** A piece of work of a CrewAI crew, and who is to do it. */
export interface CrewTask {
  readonly name: string
  readonly description: string
  readonly expectedOutput: string
  /** The role that does it. */
  readonly role?: string
  /** The tasks whose results it is told. */
  readonly context?: readonly string[]
  /** The tools that it may use. */
  readonly tools?: readonly string[]
  /** What its result must meet, in words. */
  readonly guardrails?: readonly string[]
  /** How often it may be tried again where its result does not. */
  readonly retries?: number
  /** Whether a person looks at the result. */
  readonly humanInput?: boolean
  /** Whether the next task need not wait for it. */
  readonly background?: boolean
  /** Whether the result is to be Markdown. */
  readonly markdown?: boolean
  /** The file that the result is meant for. */
  readonly outputFile?: string
  readonly metadata?: Readonly<Record<string, JsonValue>>
  readonly source: RoleSource
}
