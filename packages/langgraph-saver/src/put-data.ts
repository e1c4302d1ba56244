import type { Checkpoint, CheckpointMetadata, PendingWrite } from '@langchain/langgraph-checkpoint'
import { WRITES_IDX_MAP } from '@langchain/langgraph-checkpoint'

import { type Change, changeTo, type Comparison } from './change.ts'
import type { PutData, WritesData } from './graph-fact.ts'
import { type GraphIndex, orderedWrites, type PutState } from './graph-index.ts'
import { shareWrites } from './shared-writes.ts'
import { type Form, formOf, plainKey, storedKey } from './stored-form.ts'

/** A checkpoint on its way in. */
export interface NewPut {
  readonly ns: string
  readonly parent: string | undefined
  readonly checkpoint: Checkpoint
  readonly metadata: CheckpointMetadata
  readonly newVersions: Readonly<Record<string, number | string>>
}

const empty: PutState = { rest: {}, values: {} }

/** What to store of a checkpoint: what it changes in its parent's. Fails `value-not-storable`. */
export function putData(index: GraphIndex, put: NewPut, comparison: Comparison): PutData {
  const { ns, parent: parentId, checkpoint } = put
  const parent = parentId === undefined ? undefined : index.find(ns, parentId)
  const base = parent === undefined ? empty : index.state(parent)
  const { channel_values: _, id, ...others } = checkpoint
  const rest = changeTo(base.rest, others, comparison, [])
  const found = valuesChange(base.values, put, comparison)
  const written = parentId === undefined ? [] : orderedWrites(index.attempt(ns, parentId))
  const values = shareWrites(found, written)
  return {
    ns,
    id,
    ...(parentId === undefined ? {} : { parent: parentId }),
    based: parent !== undefined,
    ...(rest === undefined ? {} : { rest }),
    ...(values === undefined ? {} : { values }),
    metadata: formOf(put.metadata, ['metadata']),
  }
}

/** What a task wrote, with LangGraph's indices. Fails `value-not-storable`. */
export function writesData(
  place: { readonly ns: string; readonly id: string },
  writes: readonly PendingWrite[],
  task: string,
): WritesData {
  return {
    ...place,
    task,
    replace: writes.every(([channel]) => Object.hasOwn(WRITES_IDX_MAP, channel)),
    writes: writes.map(([channel, value], at) => [
      Object.hasOwn(WRITES_IDX_MAP, channel) ? (WRITES_IDX_MAP[channel] ?? at) : at,
      channel,
      formOf(value, [channel]),
    ]),
  }
}

/** A channel without a new version has the parent's value, whatever is in the checkpoint; one that the checkpoint lacks has none. */
function valuesChange(
  base: Readonly<Record<string, Form>>,
  { checkpoint, newVersions }: NewPut,
  comparison: Comparison,
): Change | undefined {
  const values: Readonly<Record<string, unknown>> = checkpoint.channel_values
  const gone = Object.keys(base).filter((key) => !Object.hasOwn(values, plainKey(key)))
  const members = Object.entries(values).flatMap(([channel, value]) => {
    if (!Object.hasOwn(newVersions, channel)) return []
    const key = storedKey(channel)
    const path = ['channel_values', channel]
    const change = Object.hasOwn(base, key)
      ? changeTo(base[key], value, comparison, path)
      : { whole: formOf(value, path) }
    return change === undefined ? [] : [[key, change] as const]
  })
  if (members.length === 0 && gone.length === 0) return undefined
  return { members: Object.fromEntries(members), ...(gone.length === 0 ? {} : { gone }) }
}
