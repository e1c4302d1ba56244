import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { safeText } from '../terminal/safe-text.ts'
import { itemLine } from './item-line.ts'
import { type MemoryFlags, scopeOf } from './memory-flags.ts'
import { openMemory } from './open-memory.ts'

/** Shows one item; without one, the core block as an agent would get it. */
export async function memoryShow(line: CommandLine, flags: MemoryFlags, id?: string): Promise<ExitName> {
  const { terminal, host } = line
  await using opened = await openMemory(line, flags)
  const scope = scopeOf(flags, host.workingDirectory)
  if (id === undefined) {
    const core = await opened.memory.core(scope)
    await terminal.out.write(
      flags.json ? `${JSON.stringify({ core })}\n` : core === '' ? '' : `${safeText(core)}\n`,
    )
    if (core === '') await terminal.notes.write('the core block is empty: nothing is pinned\n')
    return 'completed'
  }
  const { item } = await opened.memory.explain(scope, id)
  await terminal.out.write(flags.json ? `${JSON.stringify(item)}\n` : itemLine(item))
  return 'completed'
}
