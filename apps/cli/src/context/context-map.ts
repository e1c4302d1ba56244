import { realpathSync } from 'node:fs'

import { createRepositoryMapper } from '@keepup/memory/context'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'
import { repositoryFiles } from './repository-files.ts'

/** The flags of `keepup context map`. */
export interface ContextMapFlags {
  readonly budget?: number
  readonly cwd?: string
  readonly json: boolean
}

/** In tokens. */
const usualBudget = 2_000

/** Prints the declarations of a folder's sources that the others speak of most, those that the words name first, in so many tokens. */
export async function contextMap(
  line: CommandLine,
  flags: ContextMapFlags,
  ...words: string[]
): Promise<ExitName> {
  const folder = realpathSync(workingFolder(line.host, flags.cwd))
  const { budget = usualBudget } = flags
  const files = await repositoryFiles(folder, new AbortController().signal)
  const map = createRepositoryMapper().map(files, { budget, words })
  const { out, notes } = line.terminal
  if (flags.json) await out.write(`${JSON.stringify({ folder, files: files.length, map })}\n`)
  else if (map === '')
    await notes.write(`nothing to show: ${files.length} source files, ${budget} tokens (--budget)\n`)
  else await out.write(safeText(`${map}\n`))
  return 'completed'
}
