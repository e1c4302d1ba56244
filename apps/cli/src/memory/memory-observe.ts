import { KeepupError } from '@keepup/core'
import { observeThread } from '@keepup/memory'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { findThread } from '../store.ts'
import { type MemoryFlags, scopeOf } from './memory-flags.ts'
import { openMemory } from './open-memory.ts'

/** Keeps what was said in a thread; again and again only what is new. */
export async function memoryObserve(line: CommandLine, flags: MemoryFlags, name: string): Promise<ExitName> {
  await using opened = await openMemory(line, flags)
  const { memory, checkpointer, store } = opened
  if (store === undefined) throw new KeepupError('thread-unknown', `there is no thread "${name}" yet`)
  const thread = await findThread(store, name)
  const observed = await observeThread(
    memory,
    checkpointer,
    thread,
    scopeOf(flags, line.host.workingDirectory),
  )
  const text = `${observed.ids.length} turns of ${thread} are in ${observed.scope}\nnext: keepup memory consolidate\n`
  await line.terminal.out.write(flags.json ? `${JSON.stringify(observed)}\n` : text)
  return 'completed'
}
