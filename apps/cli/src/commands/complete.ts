import type { CommandLine } from '../command-line.ts'
import { completionScript, shells } from '../complete-words.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'

/** Prints the script that teaches a shell to complete keepup's commands. */
export async function complete(line: CommandLine, _flags: object, shell: string): Promise<ExitName> {
  const known = shells.find((candidate) => candidate === shell)
  if (known === undefined)
    throw usageError(`there are no completions for "${shell}"`, `name one of ${shells.join(', ')}`)
  await line.terminal.out.write(completionScript(known))
  return 'completed'
}
