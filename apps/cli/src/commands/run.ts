import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { readPrompt } from '../read-prompt.ts'
import type { ShownRunFlags } from '../routes/run-routes.ts'
import { driveRun } from '../running/drive-run.ts'
import { outputFormat } from '../running/output-format.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { openStore, placeOf } from '../store.ts'
import { endPendingRestore } from '../travel/end-files-restore.ts'
import { threadFolder } from '../travel/thread-folder.ts'
import { isWritable, workingFolder } from '../working-folder.ts'

/** Runs an agent on a prompt, in a new thread or in the one that was named. */
export async function run(
  line: CommandLine,
  flags: ShownRunFlags & { readonly thread?: string },
  ...words: readonly string[]
): Promise<ExitName> {
  const { host, terminal } = line
  const { environment, workingDirectory: here } = host
  const texts = flagTexts(flags)
  const start = workingFolder(host, flags.cwd)
  const first = resolveSettings({ flags: texts, environment, here, folder: start }).settings
  const note = (text: string): void => void terminal.notes.write(`note: ${text}\n`)
  const input = await readPrompt(host, words, note)
  await using store = await openStore(placeOf(first, environment))
  const thread = flags.thread ?? host.newName()
  if (flags.thread !== undefined) await endPendingRestore(line, store, thread)
  const folder = flags.thread === undefined ? start : await threadFolder(line, store, thread, flags.cwd)
  const { settings } = resolveSettings({ flags: texts, environment, here, folder })
  if (!isWritable(folder)) note(`${folder} cannot be written to, so the agent can only read there`)
  return await driveRun(line, store, {
    settings,
    flags: texts,
    cwd: flags.cwd,
    folder,
    thread,
    input,
    format: outputFormat(flags),
  })
}
