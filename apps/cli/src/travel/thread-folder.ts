import { KeepupError, type ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { readAgent } from '../read-agent.ts'
import type { Store } from '../store.ts'
import { workingFolder } from '../working-folder.ts'

/** The folder that a thread works in: the one that `--cwd` names, else the one that it is bound to, else this one. Fails `input-invalid` where it is gone. */
export async function threadFolder(
  { host }: CommandLine,
  { checkpointer }: Store,
  thread: ThreadId,
  cwd: string | undefined,
): Promise<string> {
  return workingFolder(host, cwd ?? (await boundFolder(checkpointer, thread)))
}

async function boundFolder(
  checkpointer: Store['checkpointer'],
  thread: ThreadId,
): Promise<string | undefined> {
  try {
    return (await readAgent(checkpointer, thread)).workspace
  } catch (error) {
    if (KeepupError.is(error, 'thread-unknown')) return undefined
    throw error
  }
}
