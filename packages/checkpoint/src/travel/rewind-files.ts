import {
  type Checkpoint,
  type Hash,
  KeepupError,
  type Lease,
  type NewEntry,
  type Sequence,
  systemClock,
  type ThreadRewound,
  type Workspace,
} from '@keepup/core'

import { currentOwner } from '../owner.ts'
import type { Rewinding } from '../rewind-thread.ts'
import { keepLease } from '../thread/keep-lease.ts'
import { filesAt, noFilesKept } from './files-at.ts'
import {
  type FilesIntent,
  type FilesRestoreBegun,
  type FilesRestoreEnded,
  pendingFilesRestore,
} from './files-restore.ts'

/** A thread to be rewound together with the files of its workspace. */
export interface FilesRewinding extends Rewinding {
  readonly workspace: Workspace
}

/** How a thread was rewound together with its files. */
export interface RewoundFiles {
  readonly intent: FilesIntent
  /** The position that had the thread and the files as they were before. */
  readonly before: Sequence
  /** Files that someone has changed since it was begun, and that were left as they are. */
  readonly left: readonly string[]
  readonly checkpoint: Checkpoint
}

const ttl = 30_000

/**
 * Rewinds a thread that nobody runs, and brings its files back. An entry says so before anything is changed, with a snapshot of the present files; another one
 * after it. Killed in between, it is pending ({@link pendingFilesRestore}) until {@link endFilesRestore} ends it. Where the files cannot be brought back,
 * they are as before and nothing is rewound. Fails `lease-held` where the thread is run, `checkpoint-unknown` where no files were kept by then, and with the
 * codes of `Workspace.restore`.
 */
export async function rewindFiles(rewinding: FilesRewinding): Promise<RewoundFiles> {
  const { checkpointer, thread, to, workspace } = rewinding
  return underLease(rewinding, async (append) => {
    await checkpointer.read(thread, { at: to })
    const snapshot = await filesAt(checkpointer, thread, to)
    if (snapshot === undefined) throw noFilesKept(thread, to)
    // Fails before the entry where this workspace does not have it.
    await workspace.changes(snapshot)
    const { id: undo } = await workspace.snapshot()
    const intent: FilesIntent = { to, snapshot, undo, folder: workspace.root }
    const { sequence: before } = await append([begun(intent)])
    try {
      await workspace.restore(snapshot)
    } catch (error) {
      await takeBack(workspace, undo)
      await append([ended(intent, 'undone', [], error instanceof Error ? error : new Error(String(error)))])
      throw error
    }
    return {
      intent,
      before,
      left: [],
      checkpoint: await append([rewound(to), ended(intent, 'restored', [])]),
    }
  })
}

/**
 * Ends what a killed process has begun: what is still to be brought back is brought back, but for files that someone has changed since, and the thread is rewound.
 * `undefined` where there is nothing. Fails `lease-held` where the thread is run.
 */
export async function endFilesRestore(
  rewinding: Omit<FilesRewinding, 'to'>,
): Promise<RewoundFiles | undefined> {
  const { checkpointer, thread, workspace } = rewinding
  return underLease(rewinding, async (append) => {
    // Another process may have been faster.
    const pending = await pendingFilesRestore(checkpointer, thread)
    if (pending === undefined) return undefined
    const { intent, before } = pending
    const left = await restoreRest(workspace, intent)
    const checkpoint = await append([rewound(intent.to), ended(intent, 'restored', left)])
    return { intent, before, left, checkpoint }
  })
}

/** Gives up what a killed process has begun, as its folder is gone: the thread stays where it was. */
export async function abandonFilesRestore(
  rewinding: Omit<FilesRewinding, 'to' | 'workspace'>,
  why: Error,
): Promise<void> {
  const { checkpointer, thread } = rewinding
  await underLease(rewinding, async (append) => {
    const pending = await pendingFilesRestore(checkpointer, thread)
    if (pending !== undefined) await append([ended(pending.intent, 'undone', [], why)])
  })
}

/** What was brought back in part is taken back; where that fails too, it stays pending. */
async function takeBack(workspace: Workspace, undo: Hash): Promise<void> {
  if ((await workspace.treeHash()) !== undo) await workspace.restore(undo)
}

/** Brings back what is as it was before. Gives what is neither that nor what it should be. */
async function restoreRest(
  workspace: Workspace,
  { snapshot, undo }: FilesIntent,
): Promise<readonly string[]> {
  const present = await workspace.treeHash()
  if (present === snapshot) return []
  const { id } = await workspace.snapshot()
  const planned = new Set((await workspace.changes(undo, snapshot)).map(({ path }) => path))
  const changed = new Set((await workspace.changes(undo, id)).map(({ path }) => path))
  const open = (await workspace.changes(id, snapshot))
    .map(({ path }) => path)
    .filter((path) => planned.has(path))
  const wanted = open.filter((path) => !changed.has(path))
  if (wanted.length > 0) await workspace.restore(snapshot, wanted)
  return open.filter((path) => changed.has(path))
}

type AppendEntries = (entries: readonly NewEntry[]) => Promise<Checkpoint>

async function underLease<Result>(
  rewinding: Pick<Rewinding, 'checkpointer' | 'thread' | 'owner' | 'clock' | 'by'>,
  work: (append: AppendEntries) => Promise<Result>,
): Promise<Result> {
  const { checkpointer, thread, clock = systemClock, by = 'user' } = rewinding
  const owner = rewinding.owner ?? currentOwner(crypto.randomUUID())
  await using lease: Lease = await checkpointer.lease(thread, owner, ttl)
  const kept = keepLease(lease, ttl, clock)
  try {
    return await work(async (entries) => {
      const { head } = await checkpointer.read(thread, { at: 0 })
      if (head === 0) throw new KeepupError('thread-unknown', `There is no thread ${thread}.`)
      const stamped = entries.map((entry) => ({ ...entry, time: clock.now(), by }))
      const appends = [{ thread, after: head, lease: lease.token, entries: stamped }]
      const [checkpoint] = await checkpointer.commit({ appends, flush: 'power' })
      if (checkpoint !== undefined) return checkpoint
      throw new KeepupError('internal', `A commit to thread ${thread} gave no checkpoint.`)
    })
  } finally {
    await kept.stop()
  }
}

/** Time and actor are known when it is appended. */
const header = { version: 1, time: 0, by: 'user' } as const

function begun(intent: FilesIntent): FilesRestoreBegun {
  return { ...header, type: 'workspace-restore-begun', critical: false, data: intent }
}

function rewound(to: number): ThreadRewound {
  return { ...header, type: 'thread-rewound', critical: true, data: { to } }
}

function ended(
  intent: FilesIntent,
  outcome: 'restored' | 'undone',
  left: readonly string[],
  cause?: Error,
): FilesRestoreEnded {
  const why = cause === undefined ? {} : { why: cause.message }
  const data = { ...intent, outcome, left: left.slice(0, 500), ...why }
  return { ...header, type: 'workspace-restore-ended', critical: false, data }
}
