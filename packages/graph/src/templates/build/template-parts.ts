import type { JsonObject, JsonValue, Model, OutputLabels, Repeat, RunAgent, RunTool } from '@keepup/core'

import type { NodeContext } from '../../node.ts'
import type { AgentConfiguration } from '../schema/agent-configuration.ts'

/** Does what a function node says. What it gives must be storable as JSON; `undefined` counts as null. */
export type RunTemplateFunction = (
  input: JsonObject,
  context: NodeContext,
) => JsonValue | undefined | Promise<JsonValue | undefined>

/** A function that templates may name. */
export interface TemplateFunction {
  run: RunTemplateFunction
  /** Whether it may run again after a crash, where its node does not say; `safe` when left out. */
  readonly repeat?: Repeat
  /** What content it brings from outside; none when left out. */
  readonly produces?: OutputLabels
}

/** What a template cannot hold, and its host gives. */
export interface TemplateParts {
  /** Functions by name. */
  readonly functions?: Readonly<Record<string, TemplateFunction | RunTemplateFunction>>
  /** The model of a name, or that of the run where a prompt names none. */
  readonly model?: (reference: string | undefined) => Model | Promise<Model>
  /** Runs an agent that is configured so. */
  readonly agent?: (configuration: AgentConfiguration) => RunAgent
  /** Runs calls of tools, on the one way that all of them take. */
  readonly runTool?: RunTool
}

/** The parts that a template needs and its host does not give. */
export interface MissingParts {
  readonly functions: readonly string[]
  readonly tools: readonly string[]
  readonly agents: readonly string[]
  readonly model: boolean
}
