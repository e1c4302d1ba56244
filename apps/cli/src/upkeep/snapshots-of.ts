import type { Checkpointer, Entry, Hash, Sequence, ThreadId } from '@keepup/core'

/** The snapshots of files that entries of a thread name: all of them, or those of some entries. Of an erased entry nothing is known. */
export async function snapshotsOf(
  checkpointer: Checkpointer,
  thread: ThreadId,
  only?: ReadonlySet<Sequence>,
): Promise<ReadonlySet<Hash>> {
  const ids = new Set<Hash>()
  for await (const entry of checkpointer.log(thread)) {
    if (only === undefined || only.has(entry.sequence)) for (const id of idsIn(entry)) ids.add(id)
  }
  return ids
}

/** The snapshots that the effective history of a thread names up to a position. */
export async function filesBefore(
  checkpointer: Checkpointer,
  thread: ThreadId,
  at: Sequence,
): Promise<readonly Hash[]> {
  const { entries } = await checkpointer.read(thread, { at })
  return entries.flatMap(idsIn)
}

/** Where entries name snapshots, by their type. */
const fields: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'workspace-snapshotted': [['id']],
  'workspace-restore-begun': [['snapshot'], ['undo']],
  'workspace-restore-ended': [['snapshot'], ['undo']],
  'thread-pruned': [['state', 'files', 'id']],
}

function idsIn(entry: Entry): readonly Hash[] {
  if (entry.erased === true) return []
  return (fields[entry.type] ?? []).flatMap((path) => {
    const found = path.reduce<unknown>(fieldOf, entry.data)
    return typeof found === 'string' ? [found] : []
  })
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined
}
