import { assembleGraph } from './assemble-graph.ts'
import type { ChannelValues } from './channel.ts'
import type { StateDefinition } from './define-state.ts'
import { duplicateNode } from './duplicate-node.ts'
import type { Edge } from './edge.ts'
import type { GraphBuilder } from './graph-builder.ts'
import type { GraphParts } from './graph.ts'
import type { NodeDefinition } from './node.ts'

/** Begins a graph. */
export function defineGraph<Values extends ChannelValues>(start: {
  readonly name: string
  readonly state: StateDefinition<Values>
  readonly steps?: number
}): GraphBuilder<Values> {
  const parts: GraphParts = { ...start, nodes: {}, entry: [], edges: [] }
  // The types of a builder grow with each call, which no type of one object can follow: what it does is the same for all.
  return builderOf(parts) as unknown as GraphBuilder<Values>
}

type Options = Partial<NodeDefinition>

function builderOf(parts: GraphParts): Record<string, unknown> {
  const withNode = (name: string, node: object): unknown => {
    if (Object.hasOwn(parts.nodes, name)) throw duplicateNode(parts.name, name)
    // Each method of the builder gives its own kind what that kind needs.
    return builderOf({ ...parts, nodes: { ...parts.nodes, [name]: node as NodeDefinition } })
  }
  const withEdge = (edge: Edge): unknown => builderOf({ ...parts, edges: [...parts.edges, edge] })
  return {
    node: (name: string, run: unknown, options: Options = {}) =>
      withNode(name, { kind: 'function', run, ...options }),
    agent: (name: string, options: object) => withNode(name, { kind: 'agent', ...options }),
    graph: (name: string, graph: unknown, options: object) =>
      withNode(name, { kind: 'graph', graph, ...options }),
    ask: (name: string, options: object) => withNode(name, { kind: 'person', ...options }),
    receive: (name: string, options: object) => withNode(name, { kind: 'signal', ...options }),
    sleep: (name: string, options: object) => withNode(name, { kind: 'time', ...options }),
    entry: (...entry: readonly string[]) => builderOf({ ...parts, entry }),
    edge: (from: string, to: string) => withEdge({ type: 'edge', from, to }),
    route: (from: string, to: readonly string[], choose: (Edge & { type: 'route' })['choose']) =>
      withEdge({ type: 'route', from, to, choose }),
    join: (from: readonly string[], to: string) => withEdge({ type: 'join', from, to }),
    onError: (from: string, to: string) => withEdge({ type: 'error', from, to }),
    build: () => assembleGraph(parts),
  }
}
