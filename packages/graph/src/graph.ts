import type { Fold } from '@keepup/core'

import type { ChannelValues } from './channel.ts'
import type { StateDefinition } from './define-state.ts'
import type { Edge } from './edge.ts'
import type { GraphState } from './graph-state.ts'
import type { NodeDefinition } from './node.ts'

/** What a node takes and is answered, for types: `undefined` where nothing is sent, `never` where nothing is answered. */
export interface NodeTypes {
  readonly input: unknown
  readonly answer: unknown
}

/** The nodes of a graph by name, for types. */
export type NodeTypeMap = Readonly<Record<string, NodeTypes>>

/** What a graph is made of. */
export interface GraphParts<Values extends ChannelValues = ChannelValues> {
  /** Names the fold of its threads: a letter, then at most 47 letters, digits, `_`, `.` or `-`. */
  readonly name: string
  readonly state: StateDefinition<Values>
  readonly nodes: Readonly<Record<string, NodeDefinition<Values>>>
  /** Where a run begins. */
  readonly entry: readonly string[]
  readonly edges: readonly Edge<Values>[]
  /** A run takes at most so many steps; no bound when left out. */
  readonly steps?: number
}

/** A checked graph: see `defineGraph` and `assembleGraph`. */
export interface Graph<
  Values extends ChannelValues = ChannelValues,
  Nodes extends NodeTypeMap = NodeTypeMap,
> extends GraphParts<Values> {
  /** Folds a thread into the state of its run. */
  readonly fold: Fold<GraphState<Values>>
  /** The edges that leave each node, in declared order. */
  readonly edgesFrom: ReadonlyMap<string, readonly Edge<Values>[]>
  /** Only for types, never there. */
  readonly types?: { readonly nodes: Nodes }
}
