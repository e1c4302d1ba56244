import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { readPrompt } from '../read-prompt.ts'
import type { SopRunFlags } from '../routes/sop-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { openStore, placeOf } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'
import { driveSop } from './drive-sop.ts'
import { loadSop, withCommands } from './load-sop.ts'

/** Runs a procedure on a task, in a new thread or in the one that was named. */
export async function sopRun(
  line: CommandLine,
  flags: SopRunFlags,
  name = '',
  ...words: readonly string[]
): Promise<ExitName> {
  const { host, terminal } = line
  const { environment, workingDirectory: here } = host
  const folder = workingFolder(host, flags.cwd)
  const note = (text: string): void => void terminal.notes.write(safeText(`note: ${text}\n`))
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder })
  const { sop, ofProject } = loadSop(name, folder, here)
  const task = await readPrompt(host, words, note)
  if (typeof task !== 'string')
    throw usageError('the task is more than a text', 'say in words what is to be done')
  const askCommands = ofProject && !flags.trustCommands
  if (askCommands)
    note('the procedure comes from the project: you are asked before a command of its gates is first run')
  await using store = await openStore(placeOf(settings, environment))
  return await driveSop(line, store, {
    flags,
    settings,
    folder,
    thread: flags.thread ?? host.newName(),
    start: { sop: withCommands(sop, flags.command ?? []), task, askCommands },
  })
}
