import { abandonFilesRestore, endFilesRestore, pendingFilesRestore } from '@keepup/checkpoint'
import { KeepupError, type ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { openFiles } from '../running/project-files.ts'
import type { Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'

/** Ends a rewind with files whose process was killed, before anything else is done with the thread, and says so. Fails `lease-held` where somebody is at it. */
export async function endPendingRestore(line: CommandLine, store: Store, thread: ThreadId): Promise<void> {
  const { checkpointer } = store
  const pending = await pendingFilesRestore(checkpointer, thread)
  if (pending === undefined) return
  const { intent } = pending
  const { clock, environment } = line.host
  const note = (text: string): Promise<void> => line.terminal.notes.write(safeText(`note: ${text}\n`))
  try {
    await using workspace = await openFiles(intent.folder, environment, store.path)
    const ended = await endFilesRestore({ checkpointer, thread, workspace, clock })
    const left = [...(ended?.left ?? []), ...workspace.unfinished]
    await note(
      `a rewind of ${thread} to ${intent.to} with its files had been cut off; it was ended${left.length === 0 ? '' : `, but for ${[...new Set(left)].slice(0, 20).join(', ')}, changed since`}`,
    )
  } catch (error) {
    if (!KeepupError.is(error, 'configuration-invalid')) throw error
    await abandonFilesRestore({ checkpointer, thread, clock }, error)
    await note(
      `a rewind of ${thread} to ${intent.to} with its files had been cut off, and was given up: ${error.message}`,
    )
  }
}
