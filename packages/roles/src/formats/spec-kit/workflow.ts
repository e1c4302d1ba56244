import type { JsonValue } from '@keepup/core'

import type { RoleSource } from '../../role/role-definition.ts'

/** What a step of a workflow does. */
export const stepTypes = [
  'command',
  'prompt',
  'shell',
  'github',
  'init',
  'slot',
  'gate',
  'if',
  'switch',
  'while',
  'do-while',
  'fan-out',
  'fan-in',
  'workflow',
] as const

/** The name of a type of step. */
export type StepType = (typeof stepTypes)[number]

/** One step, as its file has it. Nothing of it is run by reading it. */
export interface WorkflowStep {
  readonly id: string
  readonly type: StepType
  /** Whether the next step comes all the same where this one fails. */
  readonly continueOnError?: boolean
  /** The command that it calls by name, the words that it says, or the command line that it would run. */
  readonly text?: string
  /** What is asked of a person, and what they may answer; the first answer goes on. */
  readonly options?: readonly string[]
  /** What a person's no leads to. */
  readonly onReject?: 'abort' | 'skip' | 'retry'
  /** The expression that decides: `{{ ... }}`. */
  readonly condition?: string
  /** The most rounds of a loop. */
  readonly maxIterations?: number
  /** The most that run at a time. */
  readonly maxConcurrency?: number
  /** The steps whose results it gathers. */
  readonly waitFor?: readonly string[]
  readonly model?: string
  /** The agent program that it was written for. */
  readonly integration?: string
  /** What it is called with, or gives. */
  readonly input?: JsonValue
  readonly output?: JsonValue
  /** The steps within it, by branch: `then`, `else`, `steps`, `default`, or a case. */
  readonly branches?: Readonly<Record<string, readonly WorkflowStep[]>>
  /** What the file says of it that nothing here follows. */
  readonly metadata?: Readonly<Record<string, JsonValue>>
}

/** What a workflow is given when it starts. */
export interface WorkflowInput {
  readonly name: string
  readonly type: 'string' | 'number' | 'boolean'
  readonly required?: boolean
  readonly default?: JsonValue
  readonly prompt?: string
  readonly values?: readonly JsonValue[]
}

/** A way to work that a file describes: steps (spec-kit), or text for an agent to follow (Cline). */
export interface Workflow {
  readonly name: string
  readonly description: string
  readonly version?: string
  readonly inputs: readonly WorkflowInput[]
  readonly steps: readonly WorkflowStep[]
  /** What an agent is told, where it is text. */
  readonly text?: string
  readonly metadata?: Readonly<Record<string, JsonValue>>
  readonly source: RoleSource
}
