import { type JsonObject, type JsonValue, KeepupError } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { ChannelValues } from '../../channel.ts'
import type { Edge } from '../../edge.ts'
import type { NodeDefinition } from '../../node.ts'
import { compileExpression } from '../expression/compile-value.ts'
import type { MapFields } from '../schema/template-node.ts'
import { type BuildContext, compileUpdate, type SentItem, variablesOf } from './build-context.ts'
import { mapChannel } from './build-state.ts'
import { buildStep } from './build-step.ts'
import { nodeOptions } from './step-options.ts'

/** The nodes that a map is made of: one that begins, one for each item, one that ends. */
export function mapNodes(name: string): { readonly each: string; readonly done: string } {
  return { each: `${name}.each`, done: `${name}.done` }
}

/** The nodes and edges of a map: its items are sent to a node each, whose results are gathered in their order. */
export function buildMap(
  name: string,
  map: MapFields,
  context: BuildContext,
): { readonly nodes: Readonly<Record<string, NodeDefinition>>; readonly edges: readonly Edge[] } {
  const { each, done } = mapNodes(name)
  const channel = mapChannel(name)
  const items = compileItems(map.over, context)
  const update = compileUpdate(map.update, context.read)
  const nodes: Readonly<Record<string, NodeDefinition>> = {
    [name]: {
      kind: 'function',
      ...nodeOptions(map),
      run(values) {
        items(values)
        return { [channel]: null }
      },
    },
    [each]: { ...buildStep(map.do, context, (result) => ({ [channel]: [result] })), input: sentItem },
    [done]: {
      kind: 'function',
      run: (values, node) => ({
        ...update(variablesOf(values, node, { result: gathered(values, channel) })),
        [channel]: null,
      }),
    },
  }
  const route: Edge = {
    type: 'route',
    from: name,
    to: [each, done],
    choose(values) {
      const list = items(values)
      return list.length === 0 ? done : list.map((item, index) => ({ node: each, input: { item, index } }))
    },
  }
  return { nodes, edges: [route, { type: 'edge', from: each, to: done }] }
}

const sentItem = jsonSchema<SentItem>({ type: 'object', required: ['item', 'index'] })

function compileItems(over: string, { read }: BuildContext): (values: ChannelValues) => readonly JsonValue[] {
  const expression = compileExpression(over, read)
  return (values) => {
    // Channels of templates hold JSON.
    const state = values as JsonObject
    const list = expression.evaluate({ state, input: state['input'] ?? {} })
    if (Array.isArray(list)) return list as readonly JsonValue[] // the check loses that the items are JSON
    throw new KeepupError('input-invalid', `${over} is no list. Give the map a list.`)
  }
}

function gathered(values: ChannelValues, channel: string): JsonValue {
  // Only JSON is gathered there.
  return (values[channel] ?? []) as JsonValue
}
