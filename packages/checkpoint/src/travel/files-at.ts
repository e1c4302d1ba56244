import {
  type Checkpointer,
  type Entry,
  type Hash,
  KeepupError,
  type Sequence,
  type ThreadId,
  type Workspace,
} from '@keepup/core'

import { fieldOf } from './field-of.ts'
import { filesIn } from './spent.ts'

/**
 * The snapshot of the files that belongs to a position: the last that was kept at or before it or, where calls that may change files have ended since, the next one,
 * if nothing else began to change any by then. Before the first look of all it is what that look found, where it came before anything could change.
 * In the middle of several such calls the files were never looked at: then it is what was kept before them. `undefined` where nothing is known.
 */
export async function filesAt(
  checkpointer: Checkpointer,
  thread: ThreadId,
  at: Sequence,
): Promise<Hash | undefined> {
  const { entries } = await checkpointer.read(thread, { at })
  const since: Entry[] = []
  for (const entry of entries.toReversed()) {
    const known = knownBy(entry)
    if (known !== undefined) return (await lookAfter(checkpointer, { thread, at }, since)) ?? known
    if (entry.type === 'thread-pruned') return undefined
    since.push(entry)
  }
  const look = await firstLook(checkpointer, thread, at, Number.POSITIVE_INFINITY)
  return look === undefined || fieldOf(look.data, 'moment') !== 'before'
    ? undefined
    : filesIn([look])?.snapshot
}

/** The files of the moment an entry tells of. */
function knownBy(entry: Entry): Hash | undefined {
  switch (entry.type) {
    case 'thread-pruned':
      // Pruning left the agent's state, which knows the latest.
      return keptIn(entry.data)
    case 'workspace-restore-begun':
      return textOf(entry.data, 'undo')
    case 'workspace-restore-ended':
      return textOf(entry.data, fieldOf(entry.data, 'outcome') === 'restored' ? 'snapshot' : 'undo')
    default:
      return filesIn([entry])?.snapshot
  }
}

/** What was kept next, where every call that may have changed files since the last look has ended, at least one has, and none began before it was kept. */
async function lookAfter(
  checkpointer: Checkpointer,
  { thread, at }: { readonly thread: ThreadId; readonly at: Sequence },
  since: readonly Entry[],
): Promise<Hash | undefined> {
  const ended = new Set(since.filter(({ type }) => type === 'tool-finished').map(keyOf))
  const begun = since.filter(changesFiles).map(keyOf)
  if (begun.length === 0 || begun.some((key) => !ended.has(key))) return undefined
  for await (const entry of checkpointer.log(await ownerOf(checkpointer, thread, at), at)) {
    const snapshot = filesIn([entry])?.snapshot
    if (snapshot !== undefined || isTurn(entry)) return snapshot
  }
  return undefined
}

/** The thread in which a position was made: one that a thread was forked at or after belongs to its past. */
async function ownerOf(checkpointer: Checkpointer, thread: ThreadId, at: Sequence): Promise<ThreadId> {
  const { origin } = await checkpointer.read(thread, { at: 0 })
  return origin === undefined || origin.at < at ? thread : ownerOf(checkpointer, origin.thread, at)
}

/** What ends the search for the next look: another beginning, or another history. */
function isTurn(entry: Entry): boolean {
  return changesFiles(entry) || entry.type === 'thread-rewound' || entry.type === 'run-started'
}

function changesFiles({ type, data }: Entry): boolean {
  const effects = type === 'tool-started' ? fieldOf(data, 'effects') : undefined
  const changing = new Set<unknown>(['write', 'delete', 'exec'])
  return Array.isArray(effects) && effects.some((effect) => changing.has(fieldOf(effect, 'kind')))
}

function keyOf({ data }: Entry): unknown {
  return fieldOf(data, 'key')
}

/** The first entry between two positions that kept files, in a thread and those it was forked from. */
async function firstLook(
  checkpointer: Checkpointer,
  thread: ThreadId,
  after: Sequence,
  through: Sequence,
): Promise<Entry | undefined> {
  const { origin } = await checkpointer.read(thread, { at: 0 })
  const inherited =
    origin === undefined || origin.at <= after
      ? undefined
      : await firstLook(checkpointer, origin.thread, after, Math.min(origin.at, through))
  if (inherited !== undefined) return inherited
  for await (const entry of checkpointer.log(thread, after)) {
    if (entry.sequence > through) return undefined
    if (filesIn([entry])?.snapshot !== undefined) return entry
  }
  return undefined
}

/**
 * Brings back the files as they were at a position, in the workspace that kept them. The id of a snapshot of the present files is returned, so that it can be
 * undone. Fails `checkpoint-unknown` where none were kept by then, and with the codes of `Workspace.restore`.
 */
export async function restoreFiles(
  checkpointer: Checkpointer,
  workspace: Workspace,
  place: { readonly thread: ThreadId; readonly at: Sequence },
): Promise<Hash> {
  const snapshot = await filesAt(checkpointer, place.thread, place.at)
  if (snapshot !== undefined) return workspace.restore(snapshot)
  throw noFilesKept(place.thread, place.at)
}

/** That nothing is known of the files of a position. */
export function noFilesKept(thread: ThreadId, at: Sequence): KeepupError {
  const message = `No files of thread ${thread} were kept by position ${at}. Name a later position.`
  return new KeepupError('checkpoint-unknown', message, { details: { thread, at } })
}

function keptIn(data: unknown): Hash | undefined {
  return textOf(fieldOf(fieldOf(data, 'state'), 'files'), 'id')
}

function textOf(data: unknown, name: string): string | undefined {
  const text = fieldOf(data, name)
  return typeof text === 'string' ? text : undefined
}
