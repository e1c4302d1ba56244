import { isScopeId, type MemoryItem } from '@keepup/memory'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { itemLine } from './item-line.ts'
import { type MemoryFlags, scopeOf } from './memory-flags.ts'
import { momentOf } from './memory-search.ts'
import { openMemory } from './open-memory.ts'

/** The flags of `keepup memory list`. */
export interface MemoryListFlags extends MemoryFlags {
  readonly all: boolean
  readonly scopes: boolean
  readonly asOf?: string
}

/** Lists the items of a scope, or the scopes that there are. */
export async function memoryList(line: CommandLine, flags: MemoryListFlags): Promise<ExitName> {
  const { terminal, host } = line
  await using opened = await openMemory(line, flags)
  if (flags.scopes) {
    for await (const { thread, head } of opened.checkpointer.threads()) {
      if (!isScopeId(thread)) continue
      await terminal.out.write(
        flags.json ? `${JSON.stringify({ scope: thread, head })}\n` : `${thread}  ${head}\n`,
      )
    }
    return 'completed'
  }
  const moment = flags.asOf === undefined ? undefined : momentOf(flags.asOf)
  const view = await opened.memory.asOf(scopeOf(flags, host.workingDirectory), moment)
  const items = (await view.items()).filter((item) => flags.all || isPresent(item))
  for (const item of items)
    await terminal.out.write(flags.json ? `${JSON.stringify(item)}\n` : itemLine(item))
  if (items.length === 0)
    await terminal.notes.write('nothing is remembered yet\nnext: keepup memory add "..."\n')
  return 'completed'
}

function isPresent({ status, retractedAt, validTo }: MemoryItem): boolean {
  return status === 'active' && retractedAt === undefined && validTo === undefined
}
