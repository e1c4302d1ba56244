import type { AgentEntry, Checkpointer, Entry, ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { type ExitName, outcomeExit } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { findThread, openExistingStore, placeOf } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { createTimeline } from '../terminal/timeline.ts'

/** Prints what happens in a thread, from its beginning, until it has finished or waits. */
export async function watch(line: CommandLine, flags: StoreFlags, name: string): Promise<ExitName> {
  const { host } = line
  const { environment, workingDirectory: here } = host
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder: here })
  await using store = await openExistingStore(placeOf(settings, environment))
  const { checkpointer } = store
  const thread = await findThread(store, name)
  const until = await present(checkpointer, thread)
  const stopped = new AbortController()
  host.onStop(() => stopped.abort())
  // Looking at a store keeps no process alive; whoever watches waits.
  const alive = setInterval(() => undefined, 60_000)
  try {
    return await follow(line, checkpointer, { thread, until, json: flags.json, signal: stopped.signal })
  } finally {
    clearInterval(alive)
  }
}

interface Following {
  readonly thread: ThreadId
  readonly until: number
  readonly json: boolean
  readonly signal: AbortSignal
}

async function follow(
  { terminal }: CommandLine,
  checkpointer: Checkpointer,
  { thread, until, json, signal }: Following,
): Promise<ExitName> {
  const timeline = createTimeline({ style: terminal.outStyle, width: terminal.width, dates: true })
  for await (const news of checkpointer.watch(thread, { after: 0, signal })) {
    if (!('entry' in news)) continue
    const { entry } = news
    await terminal.out.write(`${json ? JSON.stringify(entry) : timeline.line(entry)}\n`)
    await terminal.out.flush()
    if (entry.sequence < until) continue
    const end = endOf(entry)
    if (end === undefined) continue
    if (end.text !== '' && !json) await terminal.out.write(`\n${safeText(end.text)}\n`)
    return end.exit
  }
  return 'interrupted'
}

/** The position from which on an end is the end: of what was said and not answered there is one to come. */
async function present(checkpointer: Checkpointer, thread: ThreadId): Promise<number> {
  const pending = await checkpointer.pending(thread)
  const { head } = await checkpointer.read(thread)
  return pending.length > 0 ? head + 1 : head
}

function endOf(entry: Entry): { readonly exit: ExitName; readonly text: string } | undefined {
  // The type says what the data is.
  const known = entry as AgentEntry
  if (known.erased === true) return undefined
  if (known.type === 'run-waiting') return { exit: 'waiting', text: '' }
  if (known.type !== 'run-finished') return undefined
  const { outcome, unattendedDenials, text } = known.data
  return { exit: outcomeExit(outcome, unattendedDenials), text }
}
