import type { JsonObject, JsonValue } from '@keepup/core'

import type { ChannelUpdate, ChannelValues } from '../../channel.ts'
import type { Graph } from '../../graph.ts'
import type { NodeFailure } from '../../node-failure.ts'
import type { NodeContext } from '../../node.ts'
import { compileValue } from '../expression/compile-value.ts'
import type { ReadExpression, Variables } from '../expression/expression.ts'
import type { TemplateUnit } from '../load/template-unit.ts'
import type { UpdateText } from '../schema/template-node.ts'
import type { TemplateParts } from './template-parts.ts'

/** What the nodes of one template are built with. */
export interface BuildContext {
  readonly unit: TemplateUnit
  readonly parts: TemplateParts
  readonly read: ReadExpression
  /** The graphs within, built. */
  readonly graphs: ReadonlyMap<string, BuiltGraph>
}

/** A built graph within, with what leads in and out. */
export interface BuiltGraph {
  readonly graph: Graph
  /** Its state at the beginning, from its parameters. */
  readonly enter: (given: JsonObject) => ChannelUpdate<ChannelValues>
  /** What its state comes to at the end. */
  readonly output: (values: ChannelValues) => JsonValue
}

/** What a node that runs for an item of a list was sent. */
export interface SentItem {
  readonly item: JsonValue
  readonly index: number
}

/** What expressions of a node see. */
export function variablesOf(values: ChannelValues, context: NodeContext, more: JsonObject = {}): Variables {
  // Channels of templates hold JSON: their schemas are JSON Schemas, and what fills them comes from expressions and `plainValue`.
  const state = values as JsonObject
  const sent = isSentItem(context.input) ? { item: context.input.item, index: context.input.index } : {}
  const failure = context.failure === undefined ? null : plainFailure(context.failure)
  return { state, input: state['input'] ?? {}, failure, ...sent, ...more }
}

function plainFailure({ node, kind, message, code, attempt }: NodeFailure): JsonObject {
  return { node, kind, message, code: code ?? null, attempt }
}

function isSentItem(input: unknown): input is SentItem {
  return typeof input === 'object' && input !== null && 'item' in input && 'index' in input
}

/** Makes updates as a template writes them. Values are filled in with what the node's expressions see. */
export function compileUpdate(
  update: UpdateText | undefined,
  read: ReadExpression,
): (variables: Variables) => ChannelUpdate<ChannelValues> {
  if (update === undefined) return () => ({})
  if (typeof update === 'string') return ({ result = null }) => ({ [update]: result })
  const fields = Object.entries(update).map(
    ([channel, value]) => [channel, compileValue(value, read)] as const,
  )
  return (variables) => Object.fromEntries(fields.map(([channel, fill]) => [channel, fill(variables)]))
}
