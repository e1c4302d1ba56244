import type { MemoryMoment } from '@keepup/memory'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { itemLine } from './item-line.ts'
import { type MemoryFlags, scopeOf } from './memory-flags.ts'
import { openMemory } from './open-memory.ts'

/** The flags of `keepup memory search`. */
export interface MemorySearchFlags extends MemoryFlags {
  readonly limit?: number
  readonly asOf?: string
}

/** Finds what a question asks for. */
export async function memorySearch(
  line: CommandLine,
  flags: MemorySearchFlags,
  ...words: string[]
): Promise<ExitName> {
  const { terminal, host } = line
  await using opened = await openMemory(line, flags)
  const { asOf, limit } = flags
  const found = await opened.memory.recall({
    scopes: [scopeOf(flags, host.workingDirectory)],
    text: words.join(' '),
    ...(limit === undefined ? {} : { limit }),
    ...(asOf === undefined ? {} : { asOf: momentOf(asOf) }),
  })
  if (flags.json) {
    await terminal.out.write(`${JSON.stringify(found)}\n`)
    return 'completed'
  }
  for (const item of found.items) await terminal.out.write(itemLine(item))
  for (const { id, at, speaker, text } of found.evidence) {
    const day = new Date(at).toISOString().slice(0, 10)
    await terminal.out.write(`${id}  ${day} ${safeLine(speaker)}: ${safeLine(text)}\n`)
  }
  if (found.items.length + found.evidence.length === 0)
    await terminal.notes.write('nothing is remembered about that\n')
  return 'completed'
}

/** An entry's number, or a date. */
export function momentOf(text: string): MemoryMoment {
  if (/^\d{1,12}$/.test(text)) return { sequence: Number(text) }
  const time = Date.parse(text)
  if (Number.isFinite(time)) return { time }
  throw usageError(
    `--as-of ${text} is no moment`,
    'write the number of an entry, or a date such as 2026-05-31',
  )
}
