import type { Template, TemplateParameter } from '../schema/template.ts'
import type { ExportedLink, ExportedNode } from './export-shape.ts'
import type { ImportSession } from './import-session.ts'

/** Blocks that become one template: a whole graph, or what runs for each item of a list. */
export interface Scope {
  readonly session: ImportSession
  /** The name of the template. */
  readonly name: string
  /** The names of the nodes around it, each followed by `/`, for the report. */
  readonly prefix: string
  readonly members: readonly ExportedNode[]
  readonly links: readonly ExportedLink[]
  readonly names: ReadonlyMap<string, string>
  readonly parameters: Readonly<Record<string, TemplateParameter>>
  /** The way to the value of a link from a block outside, from `input`. */
  outside(link: ExportedLink): readonly (string | number)[] | undefined
}

/** A value that a graph gives. `read`: its expression, from `state` or from the output of a loop. */
export interface ScopeOutput {
  readonly name: string
  readonly read: (root: string) => string
}

/** What a scope came to. */
export interface ConvertedScope {
  readonly template: Template
  readonly outputs: readonly ScopeOutput[]
}
