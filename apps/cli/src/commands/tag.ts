import { resolvePosition, type Tag, tagThread } from '@keepup/checkpoint'
import type { ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { TagFlags } from '../routes/travel-routes.ts'
import type { Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { tableLines } from '../terminal/table-lines.ts'
import { clockTime, isoDay } from '../terminal/timeline.ts'
import { findPlace, openNamedStore } from '../travel/find-place.ts'

/** Sets a bookmark on a position, takes one away, or lists them. */
export async function tag(
  line: CommandLine,
  flags: TagFlags,
  name: string,
  label?: string,
): Promise<ExitName> {
  await using store = await openNamedStore(line, flags)
  const { thread, survey, at } = await findPlace(line, store, name, flags.at)
  if (label === undefined) {
    if (flags.remove || flags.at !== undefined)
      throw usageError('no tag is named', 'write: keepup tag THREAD NAME [--at POSITION] [--remove]')
    return await list(line, flags, thread, [...survey.tags.values()])
  }
  if (flags.remove) resolvePosition(survey, { type: 'tag', tag: label })
  return await change(line, store, flags, {
    thread,
    tag: label,
    at: flags.remove ? (survey.tags.get(label)?.at ?? at) : at,
  })
}

async function change(
  line: CommandLine,
  { checkpointer }: Store,
  { json, remove: removed }: TagFlags,
  place: { readonly thread: ThreadId; readonly tag: string; readonly at: number },
): Promise<ExitName> {
  const changed = await tagThread({ checkpointer, ...place, removed, clock: line.host.clock })
  const { thread, tag: label, at } = place
  const done = removed ? `removed tag ${label} of ${thread}` : `tagged ${at} of ${thread} as ${label}`
  const asked = `${thread} is running: its process was asked to ${removed ? 'remove' : 'set'} tag ${label}`
  const said = { thread, tag: label, at, removed, ...outcomeOf(changed.type) }
  await line.terminal.out.write(
    json ? `${JSON.stringify(said)}\n` : `${safeText(changed.type === 'done' ? done : asked)}\n`,
  )
  return 'completed'
}

function outcomeOf(type: 'done' | 'asked') {
  return { done: type === 'done', asked: type === 'asked' }
}

async function list(
  { terminal }: CommandLine,
  { json }: TagFlags,
  thread: ThreadId,
  tags: readonly Tag[],
): Promise<ExitName> {
  const { out, notes, outStyle: style, width } = terminal
  if (json) {
    for (const one of tags) await out.write(`${JSON.stringify({ thread, ...one })}\n`)
    return 'completed'
  }
  if (tags.length === 0) await notes.write(`${safeText(thread)} has no tags\n`)
  const rows = tags.map(({ tag: label, at, time }) => ({
    cells: [String(at), `${isoDay(time)} ${clockTime(time).slice(0, 8)}`, safeText(label)],
  }))
  const columns = [
    { title: 'at', align: 'right' },
    { title: 'set', align: 'left' },
    { title: 'tag', align: 'left' },
  ] as const
  const lines = tags.length === 0 ? [] : tableLines(columns, rows, { style, width })
  for (const text of lines) await out.write(`${text}\n`)
  return 'completed'
}
