import type { Effect, JsonValue, Repeat } from '@keepup/core'

import type { ToolAnnotation } from '../rules/tool-annotation.ts'

/** One thing that a call does. Most calls do one; a shell command does one for each of its programs, and for each file that it touches. */
export interface Deed {
  /** As a person reads it: `git push`, `delete`. */
  readonly tool: string
  readonly input: JsonValue
  /** What is not known of it is judged as writing, outward, with every argument undeclared. */
  readonly annotation: ToolAnnotation | undefined
}

/** What can be told of a call before it runs, beside its input. */
export interface CallFacts {
  readonly tool: string
  readonly effects: readonly Effect[]
  readonly repeat: Repeat
  /** The shell commands among its arguments. */
  readonly commands: readonly string[]
  /** Where its commands start; the workspace when left out. */
  readonly folder?: string
}
