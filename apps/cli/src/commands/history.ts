import { listCheckpoints, type ListedCheckpoint } from '@keepup/checkpoint'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { followUp } from '../follow-up.ts'
import type { HistoryFlags } from '../routes/thread-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import type { Store } from '../store.ts'
import { createTimeline } from '../terminal/timeline.ts'
import { checkpointTable } from '../travel/checkpoint-table.ts'
import { findPlace, openNamedStore } from '../travel/find-place.ts'

/** Prints the checkpoints of a thread, oldest first, and what each took; with `--entries` every entry. Lines of JSON are entries unless checkpoints are asked for: scripts count on it. */
export async function history(line: CommandLine, flags: HistoryFlags, name: string): Promise<ExitName> {
  if (flags.entries && flags.checkpoints)
    throw usageError('--entries and --checkpoints were both given', 'choose one')
  await using store = await openNamedStore(line, flags)
  const entries = flags.entries || (flags.json && !flags.checkpoints)
  return entries ? await entriesOf(line, store, flags, name) : await page(line, store, flags, name)
}

async function page(line: CommandLine, store: Store, flags: HistoryFlags, name: string): Promise<ExitName> {
  const { out, notes, outStyle, width } = line.terminal
  const limit = flags.limit ?? 30
  const { thread, survey, at } = await findPlace(line, store, name, flags.before)
  const before = flags.before === undefined ? {} : { before: at }
  const listed = await listCheckpoints(store.checkpointer, survey, { limit, ...before })
  const lines = flags.json
    ? listed.map((checkpoint) => JSON.stringify(recordOf(checkpoint)))
    : checkpointTable(listed, outStyle, width)
  for (const text of lines) {
    if (out.closed.aborted) return 'output-closed'
    await out.write(`${text}\n`)
  }
  const [first] = listed
  const begin = survey.entries[0]?.sequence ?? 1
  if (!flags.json && first !== undefined && first.sequence - first.entries.length >= begin) {
    const next = followUp(line.host.self.command, thread, flagTexts(flags), undefined)
    await notes.write(`earlier: ${next.about('history', `--before ${first.sequence}`)}\n`)
  }
  return 'completed'
}

function recordOf({ entries, ...checkpoint }: ListedCheckpoint) {
  return { ...checkpoint, types: entries.map(({ type }) => type) }
}

async function entriesOf(
  line: CommandLine,
  store: Store,
  flags: HistoryFlags,
  name: string,
): Promise<ExitName> {
  const { terminal } = line
  const { thread, at, survey } = await findPlace(line, store, name, flags.before)
  const last = flags.before === undefined ? survey.head : at - 1
  const first = last - (flags.limit ?? last)
  const timeline = createTimeline({ style: terminal.outStyle, width: terminal.width, dates: true })
  // All are read, so that the last few still know what their calls were asked for.
  for await (const entry of store.checkpointer.log(thread)) {
    if (terminal.out.closed.aborted) return 'output-closed'
    if (entry.sequence > last) break
    const text = flags.json ? JSON.stringify(entry) : timeline.line(entry)
    if (entry.sequence > first) await terminal.out.write(`${text}\n`)
  }
  return 'completed'
}
