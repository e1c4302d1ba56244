import type { Checkpointer, Entry, Hash, NewEntry, Sequence, ThreadId } from '@keepup/core'

import { fieldOf } from './field-of.ts'

/** A thread is about to be rewound together with its files: written before anything is changed. */
export type FilesRestoreBegun = NewEntry<'workspace-restore-begun', FilesIntent>

/** What was begun came to its end: the files are as they were then, or as they were before and nothing was rewound. */
export type FilesRestoreEnded = NewEntry<
  'workspace-restore-ended',
  FilesIntent & {
    readonly outcome: 'restored' | 'undone'
    /** Files that someone has changed meanwhile, and that were left as they are. */
    readonly left: readonly string[]
    /** Why it was undone. */
    readonly why?: string
  }
>

/** What rewinding a thread together with its files sets out to do. */
export interface FilesIntent {
  /** The position that the thread goes back to. */
  readonly to: Sequence
  /** The files of that position. */
  readonly snapshot: Hash
  /** The files before, so that it can be undone. */
  readonly undo: Hash
  /** Whose files: the root of the workspace. */
  readonly folder: string
}

/** What was begun and not ended. */
export interface PendingFilesRestore {
  readonly intent: FilesIntent
  /** Where it was begun: the thread and the files as they were before. */
  readonly before: Sequence
}

/** So far back what was begun and not ended is looked for: whoever appends to a thread ends it first. */
const lookBack = 200

/** What was begun in a thread and not ended, as the process was killed; `undefined` where there is nothing. */
export async function pendingFilesRestore(
  checkpointer: Checkpointer,
  thread: ThreadId,
): Promise<PendingFilesRestore | undefined> {
  const { head } = await checkpointer.read(thread, { at: 0 })
  let pending: PendingFilesRestore | undefined
  for await (const entry of checkpointer.log(thread, Math.max(0, head - lookBack))) {
    if (entry.type === 'workspace-restore-begun') pending = begunBy(entry)
    if (entry.type === 'workspace-restore-ended') pending = undefined
  }
  return pending
}

function begunBy({ data, erased, sequence }: Entry): PendingFilesRestore | undefined {
  if (erased === true) return undefined
  const [to, snapshot, undo, folder] = ['to', 'snapshot', 'undo', 'folder'].map((name) => fieldOf(data, name))
  const texts = [snapshot, undo, folder].filter((text) => typeof text === 'string')
  const [one = '', two = '', three = ''] = texts
  return typeof to === 'number' && texts.length === 3
    ? { intent: { to, snapshot: one, undo: two, folder: three }, before: sequence }
    : undefined
}
