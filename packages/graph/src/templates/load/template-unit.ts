import type { AgentConfiguration } from '../schema/agent-configuration.ts'
import type { Template } from '../schema/template.ts'
import type { Problem } from '../source/problem.ts'
import type { Source } from '../source/source.ts'

/** A template that was read, with what it names in other files, and where all of it stands. */
export interface TemplateUnit {
  readonly template: Template
  readonly source: Source
  /** Where the template stands in its source: empty unless it is written within another one. */
  readonly base: readonly PropertyKey[]
  /** The graphs within, by name. */
  readonly graphs: ReadonlyMap<string, TemplateUnit>
  readonly agents: ReadonlyMap<string, AgentConfiguration>
  /** Nodes that are named but could not be read: what speaks of them is not wrong for that. */
  readonly broken: ReadonlySet<string>
}

/** What reading came to: the unit as far as it could be read, and everything that is wrong with its shape. */
export interface ReadUnit {
  readonly unit: TemplateUnit
  readonly problems: readonly Problem[]
}
