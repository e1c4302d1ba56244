import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Checkpointer } from '@keepup/core'

import {
  type ChannelValues,
  type Graph,
  type GraphEvent,
  graphState,
  isLiveGraphEvent,
  type NodeTypeMap,
  resumeGraph,
  type ResumeOptions,
  runGraph,
  type RunOptions,
} from '../src/index.ts'

type More<Options> = Partial<Omit<Options, 'graph'>>

/** A graph on a checkpointer in memory, in which every owner counts as dead: whoever comes takes the lease. */
export function scene<Values extends ChannelValues, Nodes extends NodeTypeMap>(
  graph: Graph<Values, Nodes>,
  checkpointer: Checkpointer = memoryCheckpointer({ isOwnerDead: () => true }),
) {
  const base = { graph, checkpointer, thread: 't' }
  return {
    ...base,
    start: (more: More<RunOptions<Values, Nodes>> = {}) => collect(runGraph({ ...base, ...more })),
    resume: (more: More<ResumeOptions<Values, Nodes>> = {}) => collect(resumeGraph({ ...base, ...more })),
    state: (at?: number) => graphState(at === undefined ? base : { ...base, at }),
    log: async () => {
      const entries = []
      for await (const entry of checkpointer.log('t')) entries.push(entry)
      return entries
    },
  }
}

/** All events of a run. */
export async function collect(events: AsyncIterable<GraphEvent>): Promise<readonly GraphEvent[]> {
  const all: GraphEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

/** The types of the entries among events, with their scopes. */
export function entriesOf(events: readonly GraphEvent[]): readonly string[] {
  return events
    .filter((event) => !isLiveGraphEvent(event))
    .map(({ type, scope }) => (scope === undefined ? type : `${type} ${scope}`))
}

/** A promise, and how to keep it. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}
