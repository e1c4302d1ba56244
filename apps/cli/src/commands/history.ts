import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { findThread, openExistingStore } from '../store.ts'
import { createTimeline } from '../terminal/timeline.ts'

/** Prints every entry of a thread, oldest first: its place, its time, what happened. */
export async function history(
  line: CommandLine,
  flags: StoreFlags & { readonly limit?: number },
  name: string,
): Promise<ExitName> {
  const { host, terminal } = line
  const here = host.workingDirectory
  const { settings } = resolveSettings({
    flags: flagTexts(flags),
    environment: host.environment,
    here,
    folder: here,
  })
  await using store = await openExistingStore(settings.store)
  const thread = await findThread(store, name)
  const { head } = await store.checkpointer.read(thread)
  const timeline = createTimeline({ style: terminal.outStyle, width: terminal.width, dates: true })
  const first = head - (flags.limit ?? head)
  // All are read, so that the last few still know what their calls were asked for.
  for await (const entry of store.checkpointer.log(thread)) {
    if (terminal.out.closed.aborted) return 'output-closed'
    const text = flags.json ? JSON.stringify(entry) : timeline.line(entry)
    if (entry.sequence > first) await terminal.out.write(`${text}\n`)
  }
  return 'completed'
}
