import { forkEdited } from '@keepup/checkpoint'
import {
  type Actor,
  type Checkpointer,
  type Clock,
  KeepupError,
  type NewEntry,
  type Origin,
  type Sequence,
  systemClock,
  type ThreadId,
} from '@keepup/core'

import type { ChannelUpdate, ChannelValues } from './channel.ts'
import { checkSends } from './check-sends.ts'
import { checkUpdate } from './check-value.ts'
import type { Send } from './edge.ts'
import type { Graph, NodeTypeMap } from './graph.ts'
import { graphState } from './read-graph.ts'

/**
 * Forks a graph's thread at any of its positions, and changes the fork: `update` is joined to its state, `next` are the nodes to go on with instead of those it stood
 * at. The thread that was forked never changes. Fails `thread-unknown`, `checkpoint-unknown`, `thread-exists`, `input-invalid`.
 */
export async function forkGraph<Values extends ChannelValues, Nodes extends NodeTypeMap>(options: {
  readonly graph: Graph<Values, Nodes>
  readonly checkpointer: Checkpointer
  readonly from: { readonly thread: ThreadId; readonly at?: Sequence }
  readonly to: ThreadId
  readonly update?: ChannelUpdate<Values>
  readonly next?: readonly ((keyof Nodes & string) | Send)[]
  /** `user` when left out. */
  readonly by?: Actor
  readonly clock?: Clock
}): Promise<Origin> {
  const { graph, checkpointer, from, to, update, next, by = 'user', clock = systemClock } = options
  const { at, exposure } = await graphState({ graph, checkpointer, ...from })
  const entries: NewEntry[] = []
  if (update !== undefined || next !== undefined) {
    entries.push({
      type: 'channel-updated',
      version: graph.state.version,
      critical: true,
      time: clock.now(),
      by,
      // Words that a person moved about are not more trusted than they were.
      labels: { default: exposure },
      data: {
        update: await checked(graph, update),
        ...(next && { next: await checkSends(graph, known(graph, next)) }),
      },
    })
  }
  return forkEdited({ checkpointer, from: { thread: from.thread, at }, to, entries })
}

async function checked(graph: Graph, update: unknown): Promise<unknown> {
  const result = await checkUpdate(graph.state, update)
  if ('value' in result) return result.value
  const { channel, message } = result.misfit
  throw new KeepupError(
    'input-invalid',
    `The update of the fork does not fit${channel === undefined ? '' : ` in channel ${channel}`}: ${message}. Nothing was forked.`,
    { details: { ...result.misfit } },
  )
}

function known(graph: Graph, next: readonly (string | Send)[]): readonly (string | Send)[] {
  for (const task of next) {
    const node = typeof task === 'string' ? task : task.node
    if (graph.nodes[node] !== undefined) continue
    throw new KeepupError(
      'input-invalid',
      `The fork is to go on with ${JSON.stringify(node)}, which is no node of graph ${graph.name}.`,
    )
  }
  return next
}
