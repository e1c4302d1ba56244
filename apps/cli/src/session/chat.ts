import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { ChatFlags } from '../routes/chat-route.ts'
import { isAttended } from '../running/is-attended.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { findThread, openStore, placeOf, type Store } from '../store.ts'
import { threadFolder } from '../travel/thread-folder.ts'
import { workingFolder } from '../working-folder.ts'
import { folderOf, latestThreads } from './pickers/threads.ts'
import type { SessionOrder } from './session-order.ts'

/** Opens an interactive session: drawn where a person sits at a terminal that can be drawn on, else in plain lines. */
export async function chat(line: CommandLine, flags: ChatFlags): Promise<ExitName> {
  const { host } = line
  const { environment, workingDirectory: here } = host
  if (flags.continue && flags.thread !== undefined)
    throw usageError('--continue and --thread were both given', 'choose one')
  const texts = flagTexts(flags)
  const start = workingFolder(host, flags.cwd)
  const first = resolveSettings({ flags: texts, environment, here, folder: start }).settings
  await using store = await openStore(placeOf(first, environment))
  const known = await knownThread(store, flags, start)
  const folder = known === undefined ? start : await threadFolder(line, store, known, flags.cwd)
  const { settings } = resolveSettings({ flags: texts, environment, here, folder })
  const place = { thread: known ?? flags.thread ?? host.newName(), folder, settings }
  const order: SessionOrder = {
    line,
    store,
    flags: texts,
    cwd: flags.cwd,
    place,
    resumed: known !== undefined,
  }
  if (isPlain(line, flags)) {
    const { plainSession } = await import('./plain/plain-session.ts')
    return await plainSession(order)
  }
  const { drawnSession } = await import('./drawn-session.ts')
  return await drawnSession(order)
}

function isPlain(line: CommandLine, flags: ChatFlags): boolean {
  return flags.plain || Boolean(line.host.environment['KEEPUP_PLAIN']) || !isAttended(line)
}

/** The thread that is gone on with; none where a new one begins. */
async function knownThread(store: Store, flags: ChatFlags, folder: string): Promise<string | undefined> {
  if (flags.continue) {
    const latest = (await latestThreads(store)).find(({ state }) => folderOf(state) === folder)
    if (latest === undefined)
      throw usageError('there is no thread of this folder yet', 'begin one: leave --continue out')
    return latest.summary.thread
  }
  if (flags.thread === undefined) return undefined
  const { head } = await store.checkpointer.read(flags.thread, { at: 0 })
  return head > 0 ? findThread(store, flags.thread) : undefined
}
