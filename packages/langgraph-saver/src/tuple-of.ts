import {
  type BaseCheckpointSaver,
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  maxChannelVersion,
  TASKS,
} from '@langchain/langgraph-checkpoint'

import { type GraphIndex, orderedWrites, type Put } from './graph-index.ts'
import { valueOf } from './value-of.ts'

/** The `configurable` of LangGraph: names a checkpoint. */
export type GraphConfig = Parameters<BaseCheckpointSaver['getTuple']>[0]

/** The config that names a checkpoint. */
export function configOf(thread: string, ns: string, id: string): GraphConfig {
  return { configurable: { thread_id: thread, checkpoint_ns: ns, checkpoint_id: id } }
}

/** A stored checkpoint as LangGraph knows it, the caller's own to change. */
export async function tupleOf(index: GraphIndex, thread: string, put: Put): Promise<CheckpointTuple> {
  const state = index.state(put)
  const writes = orderedWrites(index.attempt(put.ns, put.id))
  const forms = [state.rest, state.values, put.metadata, writes.map(({ form }) => form), sendsFor(index, put)]
  // In one go, as LangChain's objects are loaded together. Only what `putData` stored is in it.
  const [rest, values, metadata, written, sends] = (await valueOf(forms)) as [
    Omit<Checkpoint, 'channel_values' | 'id'>,
    Record<string, unknown>,
    CheckpointMetadata,
    unknown[],
    unknown[] | undefined,
  ]
  const checkpoint: Checkpoint = { ...rest, id: put.id, channel_values: values }
  if (sends !== undefined) addSends(checkpoint, sends)
  return {
    config: configOf(thread, put.ns, put.id),
    checkpoint,
    metadata,
    pendingWrites: writes.map(({ task, channel }, at): CheckpointPendingWrite => [
      task,
      channel,
      written[at],
    ]),
    ...(put.parent === undefined ? {} : { parentConfig: configOf(thread, put.ns, put.parent) }),
  }
}

/** Until version 4 of the format, what was sent to tasks stood only in the writes on the parent. */
function sendsFor(index: GraphIndex, put: Put): readonly unknown[] | undefined {
  const { rest } = index.state(put)
  const version: unknown = typeof rest === 'object' && rest !== null ? Reflect.get(rest, 'v') : undefined
  if (put.parent === undefined || typeof version !== 'number' || version >= 4) return undefined
  const written = put.attempt ?? index.attempt(put.ns, put.parent)
  return orderedWrites(written).flatMap(({ channel, form }) => (channel === TASKS ? [form] : []))
}

function addSends(checkpoint: Checkpoint, sends: readonly unknown[]): void {
  const versions = Object.values(checkpoint.channel_versions)
  checkpoint.channel_values[TASKS] = sends
  checkpoint.channel_versions[TASKS] = versions.length === 0 ? 1 : maxChannelVersion(...versions)
}
