import { readState } from '@keepup/checkpoint'
import type { Checkpointer, Sequence, ThreadId } from '@keepup/core'

import type { ChannelValues } from './channel.ts'
import { openWaits } from './end-run.ts'
import type { GraphState, Wait } from './graph-state.ts'
import type { Graph, NodeTypeMap } from './graph.ts'

/** Where a run of a graph stands. */
export interface GraphPosition<Values> extends GraphState<Values> {
  /** The position that was read. */
  readonly at: Sequence
  /** The last position of the thread. */
  readonly head: Sequence
  /** What it waits for, in the graphs within as well. */
  readonly waits: readonly { readonly node: string; readonly wait: Wait }[]
}

/**
 * Where a graph's thread stands at a position (its head when left out). A thread that does not exist is `empty`. Fails `checkpoint-unknown` for a position that is not
 * there, `thread-too-new` for a thread that is not one of this graph.
 */
export async function graphState<Values extends ChannelValues, Nodes extends NodeTypeMap>(options: {
  readonly graph: Graph<Values, Nodes>
  readonly checkpointer: Checkpointer
  readonly thread: ThreadId
  readonly at?: Sequence
}): Promise<GraphPosition<Values>> {
  const { graph, checkpointer, thread, at } = options
  const { state, view } = await readState(checkpointer, thread, graph.fold, at)
  return { ...state, at: view.at, head: view.head, waits: openWaits(state.tasks) }
}
