import type { MemoryKind } from '@keepup/memory'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { type MemoryFlags, scopeOf } from './memory-flags.ts'
import { openMemory } from './open-memory.ts'

/** The flags of `keepup memory add`. */
export interface MemoryAddFlags extends MemoryFlags {
  readonly kind?: MemoryKind
  readonly key?: string
  readonly pin: boolean
}

/** Keeps a fact, as the person's word. */
export async function memoryAdd(
  line: CommandLine,
  flags: MemoryAddFlags,
  ...words: string[]
): Promise<ExitName> {
  const { terminal, host } = line
  await using opened = await openMemory(line, flags, 'make')
  const text = words.join(' ')
  const fact = {
    text,
    pinned: flags.pin,
    ...(flags.kind === undefined ? {} : { kind: flags.kind }),
    ...keyOf(flags.key, text),
  }
  const scope = scopeOf(flags, host.workingDirectory)
  const remembered = await opened.memory.remember(scope, fact, { by: 'user', why: 'keepup memory add' })
  const { id, outcome, superseded } = remembered
  const ended = superseded.length === 0 ? '' : `; it ends ${superseded.join(', ')}`
  await terminal.out.write(flags.json ? `${JSON.stringify(remembered)}\n` : `${outcome} ${id}${ended}\n`)
  return 'completed'
}

/** `SUBJECT.ATTRIBUTE=VALUE` */
function keyOf(
  key: string | undefined,
  text: string,
): { subject?: string; attribute?: string; value?: string } {
  if (key === undefined) return {}
  const [, subject, attribute, value = text] = /^([^.=]+)\.([^=]+)(?:=(.+))?$/.exec(key) ?? []
  if (subject === undefined || attribute === undefined) {
    throw usageError(
      `--key ${key} is no key`,
      'write it as SUBJECT.ATTRIBUTE=VALUE, such as --key alice.home=Oslo',
    )
  }
  return { subject, attribute, value }
}
