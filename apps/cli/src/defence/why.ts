import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { findPlace, openNamedStore } from '../travel/find-place.ts'
import { threadFolder } from '../travel/thread-folder.ts'
import { openDefence } from './open-defence.ts'
import { findCall, followValue } from './value-path.ts'
import { whyText } from './why-text.ts'

/** Says where the value of an argument came from, over which entries, and what was decided about it. */
export async function why(
  line: CommandLine,
  flags: StoreFlags & { readonly defence?: string },
  ...[name, wanted, argument]: readonly [string, string, string]
): Promise<ExitName> {
  await using store = await openNamedStore(line, flags)
  const { thread } = await findPlace(line, store, name)
  const { entries } = await store.checkpointer.read(thread)
  const call = findCall(entries, wanted)
  const folder = await threadFolder(line, store, thread, undefined)
  const { environment, workingDirectory: here } = line.host
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder })
  const opened = await openDefence(settings, { folder, environment })
  const path = followValue(opened, entries, call, argument.startsWith('/') ? argument : `/${argument}`)
  await line.terminal.out.write(
    flags.json ? `${JSON.stringify({ thread, ...path })}\n` : whyText(path, line.terminal.outStyle),
  )
  return 'completed'
}
