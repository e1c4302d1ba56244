import type { JsonValue, Mode } from '@keepup/core'

import type { DurationText } from './template-node.ts'

/** Bounds of an agent's run. */
export interface AgentLimits {
  /** Calls of the model. */
  readonly turns?: number | undefined
  readonly time?: DurationText | undefined
  readonly tokens?: number | undefined
  /** In US dollars. */
  readonly money?: number | undefined
}

/** Who an agent is, where its name is told by where it stands. */
export interface AgentSettings {
  /** What it is good for, for those who choose it. */
  readonly description?: string | undefined
  /** `provider/name`; the run's own when left out. */
  readonly model?: string | undefined
  /** The tools that it may use; `*` stands for any letters. All that the run has when left out, none when empty. */
  readonly tools?: readonly string[] | undefined
  /** Its system prompt. */
  readonly system?: string | undefined
  readonly mode?: Mode | undefined
  readonly limits?: AgentLimits | undefined
  /** Whatever else is kept with it; nothing here is read. */
  readonly metadata?: Readonly<Record<string, JsonValue>> | undefined
}

/** The configuration of an agent: what a file of JSON, YAML, or Markdown with front matter holds. */
export interface AgentConfiguration extends AgentSettings {
  /** For editors. */
  readonly $schema?: string | undefined
  /** How others call it. */
  readonly name: string
}
