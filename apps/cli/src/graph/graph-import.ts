import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { importAutogpt, reportLines } from '@keepup/graph/templates'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { GraphFileFlags } from './graph-flags.ts'

/** The flags of `keepup graph import`. */
export interface GraphImportFlags extends GraphFileFlags {
  readonly output?: string
  readonly force: boolean
}

/** Makes a template of a graph that AutoGPT exported, and tells what became of each block. */
export async function graphImport(
  { host, terminal }: CommandLine,
  flags: GraphImportFlags,
  file: string,
): Promise<ExitName> {
  const path = resolve(host.workingDirectory, file)
  const { template, report } = importAutogpt(readFileSync(path, 'utf8'), file)
  const text = `${JSON.stringify(template, null, 2)}\n`
  if (flags.output === undefined) {
    await terminal.out.write(flags.json ? `${JSON.stringify({ template, report })}\n` : text)
  } else {
    const target = resolve(host.workingDirectory, flags.output)
    if (existsSync(target) && !flags.force)
      throw usageError(`${target} is there already`, 'name another file, or replace it with --force')
    writeFileSync(target, text)
    if (flags.json) await terminal.out.write(`${JSON.stringify({ file: target, report })}\n`)
  }
  if (!flags.json) await terminal.notes.write(safeText(`${reportLines(report).join('\n')}\n`))
  return 'completed'
}
