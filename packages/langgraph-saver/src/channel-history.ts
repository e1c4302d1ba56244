import type { DeltaChannelHistory } from '@langchain/langgraph-checkpoint'

import { type GraphIndex, orderedWrites, type Put, type Write } from './graph-index.ts'
import { storedKey } from './stored-form.ts'
import { valueOf } from './value-of.ts'

/**
 * For each channel, what was written on the way to a checkpoint since the nearest ancestor that holds a value of it, oldest first, and that value. Only
 * what was written for this future counts, not what was written on the same ancestor for a sibling.
 */
export async function channelHistory(
  index: GraphIndex,
  put: Put,
  channels: readonly string[],
): Promise<Record<string, DeltaChannelHistory>> {
  const found = await Promise.all(
    channels.map(async (channel) => [channel, await oneHistory(index, put, channel)] as const),
  )
  return Object.fromEntries(found)
}

async function oneHistory(index: GraphIndex, put: Put, channel: string): Promise<DeltaChannelHistory> {
  const writes: Write[] = []
  let ancestor = parentOf(index, put)
  for (let child = put; ancestor !== undefined; ancestor = parentOf(index, child)) {
    const written = child.attempt ?? index.attempt(ancestor.ns, ancestor.id)
    const own = orderedWrites(written).filter((write) => write.channel === channel)
    writes.push(...own.toReversed())
    if (ancestor.channels.has(storedKey(channel))) break
    child = ancestor
  }
  const inOrder = writes.toReversed()
  const seed = ancestor === undefined ? [] : [index.state(ancestor).values[storedKey(channel)]]
  // `valueOf` keeps lists as they are.
  const [values, seeds] = (await valueOf([inOrder.map(({ form }) => form), seed])) as [unknown[], unknown[]]
  return {
    writes: inOrder.map(({ task }, at) => [task, channel, values[at]]),
    ...(seeds.length === 0 ? {} : { seed: seeds[0] }),
  }
}

function parentOf(index: GraphIndex, { base, ns, parent }: Put): Put | undefined {
  return base ?? (parent === undefined ? undefined : index.find(ns, parent))
}
