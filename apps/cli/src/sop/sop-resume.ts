import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { SopRunFlags } from '../routes/sop-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { findThread, openExistingStore, placeOf } from '../store.ts'
import { workingFolder } from '../working-folder.ts'
import { driveSop } from './drive-sop.ts'
import { sopIn } from './find-sop.ts'

/** Goes on with a procedure: after a kill, an answer, a halt. Its gates and its commands are those that it began with. */
export async function sopResume(line: CommandLine, flags: SopRunFlags, name: string): Promise<ExitName> {
  const { environment, workingDirectory: here } = line.host
  const texts = flagTexts(flags)
  const first = resolveSettings({ flags: texts, environment, here, folder: here }).settings
  await using store = await openExistingStore(placeOf(first, environment))
  const thread = await findThread(store, name)
  const found = sopIn((await store.checkpointer.read(thread)).entries)
  if (found === undefined) {
    throw usageError(
      `${thread} is no thread of a procedure`,
      `go on with: ${line.host.self.command} resume ${thread}`,
    )
  }
  const folder = workingFolder(line.host, flags.cwd ?? found.folder)
  const { settings } = resolveSettings({ flags: texts, environment, here, folder })
  return await driveSop(line, store, { flags, settings, folder, thread })
}
