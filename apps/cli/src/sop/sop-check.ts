import { readSop, sopProblemLine, type SopSurroundings } from '@keepup/roles/sop'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { SopCheckFlags } from '../routes/sop-routes.ts'
import { readPlainFile } from '../settings/read-plain-file.ts'
import { safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'
import { fileOf } from './load-sop.ts'

/** Tools that every run has or can have, so that a misspelt one is noticed without opening any. */
const knownTools = [
  'apply_patch',
  'ask_user',
  'code',
  'edit',
  'glob',
  'grep',
  'ls',
  'multi_edit',
  'read',
  'read_artifact',
  'shell',
  'think',
  'todo',
  'web_fetch',
  'web_search',
  'write',
]

/** Says everything that is wrong with the files of procedures, each at its place. */
export async function sopCheck(
  { terminal, host }: CommandLine,
  flags: SopCheckFlags,
  ...names: readonly string[]
): Promise<ExitName> {
  let exit: ExitName = 'completed'
  const folder = workingFolder(host, flags.cwd)
  const surroundings: SopSurroundings =
    flags.tools === undefined ? {} : { tools: [...knownTools, ...flags.tools.split(',')] }
  for (const name of names) {
    const file = fileOf(name, folder, host.workingDirectory)
    if (file === undefined) throw usageError(`there is no file ${name}`, 'name the file of a procedure')
    const { problems } = readSop(readPlainFile(file), name, surroundings)
    for (const problem of problems) {
      await terminal.out.write(
        flags.json ? `${JSON.stringify(problem)}\n` : safeText(`${sopProblemLine(problem)}\n`),
      )
    }
    if (problems.some(({ severity }) => severity === 'error')) exit = 'configuration'
    else if (!flags.json) await terminal.out.write(safeText(`${name}: nothing is wrong\n`))
  }
  return exit
}
