import type { JsonObject, JsonValue } from '@keepup/core'

import type { AgentSettings } from './agent-configuration.ts'
import type { ExpressionText, TemplateNode } from './template-node.ts'

/** The form and version of templates. */
export const templateFormat = 'graph/1'

/** How an update joins the value of a channel. */
export type ReducerName = 'last' | 'append' | 'merge-by-id' | 'merge' | 'sum' | 'union' | 'messages'

/** Something that a run is given. */
export interface TemplateParameter {
  readonly description?: string | undefined
  readonly schema?: JsonObject | undefined
  readonly default?: JsonValue | undefined
}

/** Something that a run remembers. */
export interface TemplateChannel {
  readonly description?: string | undefined
  readonly schema?: JsonObject | undefined
  readonly reducer?: ReducerName | undefined
  readonly initial?: JsonValue | undefined
}

/** How one node leads to another. */
export interface TemplateEdge {
  readonly from: string | readonly string[]
  readonly to: string | readonly string[]
  readonly when?: ExpressionText | undefined
  readonly otherwise?: true | undefined
  readonly on?: 'success' | 'error' | undefined
}

/** A graph as data: what a file of JSON or YAML holds, as `template.schema.json` says. */
export interface Template {
  readonly $schema?: string | undefined
  readonly keepup: typeof templateFormat
  readonly name: string
  readonly description?: string | undefined
  readonly version?: number | undefined
  readonly parameters?: Readonly<Record<string, TemplateParameter>> | undefined
  readonly channels?: Readonly<Record<string, TemplateChannel>> | undefined
  readonly agents?: Readonly<Record<string, AgentSettings | string>> | undefined
  readonly graphs?: Readonly<Record<string, Template | string>> | undefined
  readonly nodes: Readonly<Record<string, TemplateNode>>
  readonly edges: readonly TemplateEdge[]
  readonly output?: JsonValue | undefined
  readonly limits?: { readonly steps?: number | undefined } | undefined
  readonly metadata?: JsonObject | undefined
}
