import type { ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { storeErase } from '../commands/store-erase.ts'
import type { AcpFlags } from './acp-flags.ts'

/** Destroys a thread as `keepup store erase` does, with its files and keys. The receipt goes to the notes: standard output is the editor's. */
export async function removeThread(line: CommandLine, flags: AcpFlags, thread: ThreadId): Promise<void> {
  const { terminal } = line
  const quiet = { ...line, terminal: { ...terminal, out: terminal.notes } }
  await storeErase(quiet, { ...flags, json: false, forks: false, rowsOnly: false }, thread)
}
