import type { Fold } from '@keepup/core'

import type { ChannelValues } from './channel.ts'
import { checkGraph } from './check-graph.ts'
import type { Edge } from './edge.ts'
import { graphFold } from './graph-fold.ts'
import type { GraphState } from './graph-state.ts'
import type { Graph, GraphParts, NodeTypeMap } from './graph.ts'

/**
 * Makes a graph of parts, for graphs that come from data. Fails `configuration-invalid` with everything that is wrong with it: names that are not there, nodes that
 * nothing leads to or that lead nowhere, loops without a bound. `defineGraph` finds most of that when it is compiled.
 */
export function assembleGraph<
  Values extends ChannelValues = ChannelValues,
  Nodes extends NodeTypeMap = NodeTypeMap,
>(parts: GraphParts<Values>): Graph<Values, Nodes> {
  checkGraph(parts)
  const edgesFrom = new Map<string, Edge<Values>[]>()
  for (const edge of parts.edges) {
    for (const from of edge.type === 'join' ? edge.from : [edge.from]) {
      edgesFrom.set(from, [...(edgesFrom.get(from) ?? []), edge])
    }
  }
  // The fold reads the values by the channels of this very state.
  return { ...parts, edgesFrom, fold: graphFold(parts) as Fold<GraphState<Values>> }
}
