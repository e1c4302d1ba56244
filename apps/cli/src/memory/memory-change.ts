import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { type MemoryFlags, scopeOf } from './memory-flags.ts'
import { openMemory } from './open-memory.ts'

/** The flags of `keepup memory forget`. */
export interface MemoryForgetFlags extends MemoryFlags {
  readonly erase: boolean
}

/** The flags of `keepup memory export`. */
export interface MemoryExportFlags extends MemoryFlags {
  readonly output?: string
}

/** Takes items back; or destroys named evidence, or the whole scope, for good. */
export async function memoryForget(
  line: CommandLine,
  flags: MemoryForgetFlags,
  ...ids: string[]
): Promise<ExitName> {
  await using opened = await openMemory(line, flags)
  const scope = scopeOf(flags, line.host.workingDirectory)
  if (flags.erase) {
    const receipt = await opened.memory.erase(scope, ids.length === 0 ? {} : { evidence: ids })
    const text = `erased ${receipt.entries} entries of ${receipt.threads.join(', ')} for good\n`
    await line.terminal.out.write(flags.json ? `${JSON.stringify(receipt)}\n` : text)
    return 'completed'
  }
  if (ids.length === 0)
    throw usageError(
      'what is to be forgotten was not said',
      'name items as keepup memory list shows them; or give --erase for all',
    )
  const entry = await opened.memory.forget(scope, ids, { by: 'user', why: 'keepup memory forget' })
  await line.terminal.out.write(
    flags.json
      ? `${JSON.stringify({ ids, entry })}\n`
      : `forgot ${ids.join(', ')}; undo with: keepup memory undo ${entry}\n`,
  )
  return 'completed'
}

/** Makes the items that an entry changed what they were before it. */
export async function memoryUndo(line: CommandLine, flags: MemoryFlags, entry: string): Promise<ExitName> {
  await using opened = await openMemory(line, flags)
  if (!/^\d{1,12}$/.test(entry))
    throw usageError(`${entry} is no entry`, 'write its number, as keepup memory explain shows it')
  const scope = scopeOf(flags, line.host.workingDirectory)
  const undone = await opened.memory.undo(scope, Number(entry), { by: 'user', why: 'keepup memory undo' })
  await line.terminal.out.write(
    flags.json ? `${JSON.stringify({ entry: undone })}\n` : `undone, as entry ${undone}\n`,
  )
  return 'completed'
}

/** Proposes what a fork remembered to the scope that it was forked off. */
export async function memoryMerge(line: CommandLine, flags: MemoryFlags, overlay: string): Promise<ExitName> {
  await using opened = await openMemory(line, flags)
  const merged = await opened.memory.merge(overlay, { by: 'user', why: 'keepup memory merge' })
  const { evidence, proposed, changedThere } = merged
  const left = changedThere.length === 0 ? '' : `; changed there, and left alone: ${changedThere.join(', ')}`
  const text = `${evidence} turns came over, ${proposed.length} items wait: keepup memory review${left}\n`
  await line.terminal.out.write(flags.json ? `${JSON.stringify(merged)}\n` : text)
  return 'completed'
}

/** Prints a scope as lines of JSON, or writes them into a file. */
export async function memoryExport(line: CommandLine, flags: MemoryExportFlags): Promise<ExitName> {
  await using opened = await openMemory(line, flags)
  const lines = opened.memory.export(scopeOf(flags, line.host.workingDirectory))
  if (flags.output !== undefined) {
    await writeFile(resolve(line.host.workingDirectory, flags.output), lines, { flag: 'wx' })
    return 'completed'
  }
  for await (const text of lines) await line.terminal.out.write(text)
  return 'completed'
}
