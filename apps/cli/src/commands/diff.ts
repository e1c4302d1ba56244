import { diffPositions, filesAt, type PositionsDiff, type StateChange } from '@keepup/checkpoint'
import { KeepupError, type Message } from '@keepup/core'
import { agentFold, type AgentState } from '@keepup/loop'

import type { CommandLine } from '../command-line.ts'
import { reportError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { DiffFlags } from '../routes/travel-routes.ts'
import type { Store } from '../store.ts'
import { answerLine, messageText } from '../terminal/entry-line.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'
import { fit } from '../terminal/width.ts'
import { comparedPlaces, type ComparedPlaces } from '../travel/compared-places.ts'
import { openNamedStore } from '../travel/find-place.ts'
import { openKeptFiles, withSnapshot } from '../travel/open-kept-files.ts'
import { threadFolder } from '../travel/thread-folder.ts'

/** Prints how one position became another: of one thread or of two. */
export async function diff(
  line: CommandLine,
  flags: DiffFlags,
  first: string,
  second?: string,
): Promise<ExitName> {
  // Its mode is another than that of agents.
  const { mode: _, ...places } = flags
  await using store = await openNamedStore(line, places)
  const compared = await comparedPlaces(line, store, flags, first, second)
  const { before, after } = compared
  const found = await compare(line, store, flags, compared)
  const { out, outStyle, width } = line.terminal
  if (flags.json) await out.write(`${JSON.stringify({ before, after, ...found })}\n`)
  else for (const text of linesOf(found, outStyle, width)) await out.write(`${text}\n`)
  return 'completed'
}

async function compare(
  line: CommandLine,
  store: Store,
  flags: DiffFlags,
  { before, after, present }: ComparedPlaces,
): Promise<PositionsDiff> {
  const { checkpointer } = store
  const options = {
    checkpointer,
    fold: agentFold,
    before,
    after,
    state: ({ messages, ...state }: AgentState) => state,
    messages: ({ messages }: AgentState) => messages,
  }
  // The snapshots are opened only where there is something to compare.
  const places = present ? [before] : [before, after]
  const kept = await Promise.all(places.map(({ thread, at }) => filesAt(checkpointer, thread, at)))
  if (kept.includes(undefined)) return diffPositions(options)
  try {
    const folder = await threadFolder(line, store, after.thread, flags.cwd)
    await using workspace = await openKeptFiles(line, store, folder)
    return await withSnapshot(() => diffPositions({ ...options, workspace, presentFiles: present }))
  } catch (error) {
    if (!KeepupError.is(error)) throw error
    const { what, fix } = reportError(error)
    await line.terminal.notes.write(safeText(`note: files are not compared: ${what}; ${fix}\n`))
  }
  return diffPositions(options)
}

function linesOf(
  { past, messages, state, files }: PositionsDiff,
  style: Style,
  width: number,
): readonly string[] {
  const cut = (text: string): string => fit(safeText(text), width, style.marks.more)
  const shared =
    past.last === undefined
      ? 'nothing in common'
      : `in common up to entry ${past.last.at} of ${past.last.thread}`
  const { common, removed, added } = messages
  const same = removed.length + added.length + state.length + (files?.length ?? 0) === 0
  return [
    style.dim(cut(shared)),
    ...(same ? ['no difference'] : []),
    ...section(
      style,
      removed.length + added.length,
      common === 0 ? 'messages' : `messages (the first ${common} are the same)`,
      [
        ...removed.map((message) => style.red(cut(`- ${messageLine(message)}`))),
        ...added.map((message) => style.green(cut(`+ ${messageLine(message)}`))),
      ],
    ),
    ...section(
      style,
      files?.length ?? 0,
      'files',
      (files ?? []).map(({ path, change }) => cut(`${fileMarks[change]} ${path}`)),
    ),
    ...section(
      style,
      state.length,
      'state',
      state.map((change) => cut(changeLine(change))),
    ),
  ]
}

const fileMarks = { added: '+', modified: '~', deleted: '-' } as const

function section(style: Style, count: number, title: string, lines: readonly string[]): readonly string[] {
  return count === 0 ? [] : [style.bold(title), ...lines]
}

function messageLine(value: unknown): string {
  // The fold's messages.
  const message = value as Message
  if (message.role === 'assistant') return answerLine(message)
  if (message.role === 'user') return `user: ${messageText(message)}`
  return message.content
    .map(
      ({ name, content, error }) =>
        `${name}${error ? ' failed' : ''}: ${content.map((part) => (part.type === 'text' ? part.text : '(a file)')).join(' ')}`,
    )
    .join('; ')
}

function changeLine(change: StateChange): string {
  const { pointer } = change
  switch (change.type) {
    case 'added':
      return `+ ${pointer}: ${valueText(change.after)}`
    case 'removed':
      return `- ${pointer}: ${valueText(change.before)}`
    case 'changed':
      return `~ ${pointer}: ${valueText(change.before)} -> ${valueText(change.after)}`
  }
}

function valueText(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
