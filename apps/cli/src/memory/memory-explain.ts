import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { itemLine } from './item-line.ts'
import { type MemoryFlags, scopeOf } from './memory-flags.ts'
import { openMemory } from './open-memory.ts'

/** Tells where an item comes from, and what became of it. */
export async function memoryExplain(line: CommandLine, flags: MemoryFlags, id: string): Promise<ExitName> {
  const { terminal, host } = line
  await using opened = await openMemory(line, flags)
  const explained = await opened.memory.explain(scopeOf(flags, host.workingDirectory), id)
  if (flags.json) {
    await terminal.out.write(`${JSON.stringify(explained)}\n`)
    return 'completed'
  }
  const { item, versions, sources, derivedFrom, core } = explained
  await terminal.out.write(itemLine(item))
  await terminal.out.write(`  made by ${item.producer}; ${core}\n`)
  for (const source of sources) {
    await terminal.out.write(`  from ${source.id}, ${safeLine(source.speaker)}: ${safeLine(source.text)}\n`)
  }
  for (const other of derivedFrom) await terminal.out.write(`  derived from ${other}\n`)
  for (const version of versions)
    await terminal.out.write(`  entry ${version.sequence}: ${itemLine(version.item)}`)
  return 'completed'
}
