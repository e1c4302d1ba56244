import type { JsonObject } from '@keepup/core'

import type { ChannelValues } from '../../channel.ts'
import { type Edge, end } from '../../edge.ts'
import { compileExpression } from '../expression/compile-value.ts'
import type { Expression, ReadExpression } from '../expression/expression.ts'
import type { ConditionFields } from '../schema/template-node.ts'
import type { Template, TemplateEdge } from '../schema/template.ts'

/** The names under which a node stands in the graph. */
export interface NodeNames {
  /** Where it ends: edges lead on from here. */
  last(node: string): string
  /** Where it can fail. */
  parts(node: string): readonly string[]
}

/** The nodes at which a template begins. */
export function entriesOf({ edges }: Template): readonly string[] {
  return [...new Set(edges.filter(({ from }) => from === 'start').flatMap(({ to }) => listOf(to)))].filter(
    (to) => to !== end,
  )
}

/** The edges of a template as the engine has them. Edges of one node with conditions are one route. */
export function buildEdges(
  { nodes, edges }: Template,
  names: NodeNames,
  read: ReadExpression,
): readonly Edge[] {
  const built = edges.filter(({ from }) => from !== 'start').flatMap((edge) => buildEdge(edge, names))
  const conditional = Map.groupBy(
    edges.filter(({ when, otherwise }) => when !== undefined || otherwise === true),
    ({ from }) => String(from),
  )
  return [
    ...built,
    ...[...conditional].map(([from, group]) => buildRoute(names.last(from), group, read)),
    ...Object.entries(nodes).flatMap(([name, node]) =>
      node.kind === 'condition' ? [buildCases(name, node, read)] : [],
    ),
  ]
}

function buildEdge({ from, to, when, otherwise, on }: TemplateEdge, names: NodeNames): readonly Edge[] {
  if (when !== undefined || otherwise === true) return []
  return listOf(to).flatMap((target): readonly Edge[] => {
    if (typeof from !== 'string')
      return [{ type: 'join', from: from.map((name) => names.last(name)), to: target }]
    if (on === 'error') return names.parts(from).map((part) => ({ type: 'error', from: part, to: target }))
    return [{ type: 'edge', from: names.last(from), to: target }]
  })
}

function buildRoute(from: string, group: readonly TemplateEdge[], read: ReadExpression): Edge {
  const ways = group.map(({ when, to }) => ({
    when: when === undefined ? undefined : compileExpression(when, read),
    to: listOf(to),
  }))
  return {
    type: 'route',
    from,
    to: [...new Set(ways.flatMap(({ to }) => to))],
    choose(values) {
      const taken = ways.filter(({ when }) => when !== undefined && holds(when, values))
      const chosen = taken.length > 0 ? taken : ways.filter(({ when }) => when === undefined)
      return chosen.flatMap(({ to }) => to)
    },
  }
}

function buildCases(from: string, { cases, else: last }: ConditionFields, read: ReadExpression): Edge {
  const ways = cases.map(({ when, to }) => ({ when: compileExpression(when, read), to }))
  return {
    type: 'route',
    from,
    to: [...new Set([...cases.map(({ to }) => to), last])],
    choose: (values) => ways.find(({ when }) => holds(when, values))?.to ?? last,
  }
}

/** Whether a condition holds over the state. */
function holds(condition: Expression, values: ChannelValues): boolean {
  // Channels of templates hold JSON.
  const state = values as JsonObject
  return condition.evaluate({ state, input: state['input'] ?? {} }) === true
}

function listOf(names: string | readonly string[]): readonly string[] {
  return typeof names === 'string' ? [names] : names
}
