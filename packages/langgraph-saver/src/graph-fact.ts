import {
  type Entry,
  KeepupError,
  lostLabel,
  type NewEntry,
  type Sequence,
  type Timestamp,
} from '@keepup/core'

import type { Change } from './change.ts'
import type { Form } from './stored-form.ts'

/** A checkpoint of a graph: what it changes in its parent's. */
export interface PutData {
  /** `checkpoint_ns`: empty for the graph itself, a path for a graph inside it. */
  readonly ns: string
  readonly id: string
  readonly parent?: string
  /** Whether the changes start from the parent's state; from nothing otherwise. */
  readonly based: boolean
  /** What changes besides the values of channels and the id. */
  readonly rest?: Change
  /** What changes in the values of channels. */
  readonly values?: Change
  readonly metadata: Form
}

/** What a task wrote on top of a checkpoint. */
export interface WritesData {
  readonly ns: string
  readonly id: string
  readonly task: string
  /** Whether these take the place of earlier ones of the same task and index. */
  readonly replace: boolean
  readonly writes: readonly (readonly [index: number, channel: string, form: Form])[]
}

/** What an entry of a graph's thread says. */
export type GraphFact =
  | { readonly type: 'put'; readonly sequence: Sequence; readonly data: PutData }
  | { readonly type: 'writes'; readonly sequence: Sequence; readonly data: WritesData }

const putType = 'langgraph/checkpoint-put'
const writesType = 'langgraph/writes-put'

/** The entry that stores a checkpoint. Nothing is known of where its content came from, so it gets the most restrictive label. */
export function putEntry(data: PutData, time: Timestamp): NewEntry {
  return entryOf(putType, data, time)
}

/** The entry that stores what a task wrote. */
export function writesEntry(data: WritesData, time: Timestamp): NewEntry {
  return entryOf(writesType, data, time)
}

function entryOf(type: string, data: unknown, time: Timestamp): NewEntry {
  return { type, version: 1, critical: true, time, by: 'runtime', labels: { default: lostLabel }, data }
}

/** What an entry says; `undefined` for one that is no matter of the saver's or was erased. Fails `thread-too-new`. */
export function factOf(entry: Entry): GraphFact | undefined {
  const { type, sequence } = entry
  if (type === putType || type === writesType) {
    if (entry.version !== 1) throw tooNew(entry)
    if (entry.erased === true) return undefined
    // Only `entryOf` makes entries of these types, and the checkpointer gives back exactly what it was given.
    if (type === putType) return { type: 'put', sequence, data: entry.data as PutData }
    return { type: 'writes', sequence, data: entry.data as WritesData }
  }
  if (entry.critical && type !== 'thread-rewound') throw tooNew(entry)
  return undefined
}

function tooNew({ thread, sequence, type, version }: Entry): KeepupError {
  const message =
    `Entry ${sequence} of thread ${thread} is ${type} version ${version}, which the LangGraph saver does not understand and must not skip. ` +
    'Update @keepup/langgraph-saver, or open the thread with what wrote it.'
  return new KeepupError('thread-too-new', message, { details: { thread, sequence, type } })
}
