import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'

import { forkEdited, type Place } from '@keepup/checkpoint'
import type { NewEntry, NewSignal, ThreadId, Timestamp } from '@keepup/core'
import type { AgentState } from '@keepup/loop'
import { message, steer } from '@keepup/runtime'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { followUp } from '../follow-up.ts'
import { readAgent } from '../read-agent.ts'
import type { ForkFlags } from '../routes/travel-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { safeText } from '../terminal/safe-text.ts'
import { checkEditable, editEntry } from '../travel/edit-entry.ts'
import { checkNewName, findPlace, openNamedStore } from '../travel/find-place.ts'
import { planWorktree } from '../travel/make-worktree.ts'
import { openEditor } from '../travel/open-editor.ts'
import { withSnapshot } from '../travel/open-kept-files.ts'
import { readMessages } from '../travel/read-messages.ts'

/** Makes a thread whose past is another's up to a position, with something changed where that is asked for. */
export async function fork(line: CommandLine, flags: ForkFlags, name: string): Promise<ExitName> {
  const { host, terminal } = line
  checkFlags(flags)
  await using store = await openNamedStore(line, flags)
  const { checkpointer } = store
  const { thread, at } = await findPlace(line, store, name, flags.at)
  const to = flags.as ?? host.newName()
  await checkNewName(store, to)
  const state = await readAgent(checkpointer, thread, at)
  const { worktree } = flags
  const planned =
    worktree === undefined
      ? undefined
      : await withSnapshot(() => planWorktree(line, store, { thread, at }, { ...flags, worktree }))
  const edits = await editsOf(line, flags, state)
  // First the files: a thread that is bound to a folder finds them there.
  await planned?.fill()
  const bound = planned === undefined ? [] : [boundTo(planned.folder, host.clock.now())]
  const entries = [...bound, ...edits]
  const signals = flags.message === undefined ? [] : [saidTo(to, flags.message, state)]
  await forkEdited({ checkpointer, from: { thread, at }, to, entries, signals })
  const changes = edits.length + signals.length
  await say(line, flags, { thread, at }, { thread: to, changed: changes > 0, folder: planned?.folder })
  if (!flags.json) await terminal.notes.write(`next: ${nextStep(line, flags, to, state, changes)}\n`)
  return 'completed'
}

function checkFlags({ edit, file, message: said }: ForkFlags): void {
  if (edit && file !== undefined)
    throw usageError(
      '--edit and --file were both given',
      'edit here with --edit, or bring a file with --file',
    )
  if (said !== undefined && said.trim() === '')
    throw usageError('--message is empty', 'say what the agent is to do instead')
}

async function editsOf(
  { host }: CommandLine,
  { edit, file }: ForkFlags,
  state: AgentState,
): Promise<readonly NewEntry[]> {
  if (edit || file !== undefined) checkEditable(state)
  const use = (text: string): NewEntry => editEntry(state, readMessages(text), host.clock.now())
  if (file === '-') return [use(await readAll(host.stdin))]
  if (file !== undefined) return [use(readFileSync(resolve(host.workingDirectory, file), 'utf8'))]
  if (!edit) return []
  return [await openEditor(host, `${JSON.stringify([...state.messages], null, 2)}\n`, use)]
}

/** What is said to a run that goes on must be a steer: a message would wait for its end. */
function saidTo(thread: ThreadId, text: string, { status, messages }: AgentState): NewSignal {
  return (status === 'running' || status === 'waiting') && messages.length > 0
    ? steer(thread, text)
    : message(thread, text)
}

async function say(
  { terminal }: CommandLine,
  { json }: ForkFlags,
  from: Place,
  made: { readonly thread: ThreadId; readonly changed: boolean; readonly folder: string | undefined },
): Promise<void> {
  const { thread, changed, folder } = made
  const text = `forked ${from.thread} at ${from.at} as ${thread}${changed ? ', changed' : ''}`
  const place = folder === undefined ? '' : `\nits files: ${folder}`
  await terminal.out.write(
    json ? `${JSON.stringify({ thread, from, changed, folder })}\n` : `${safeText(`${text}${place}`)}\n`,
  )
}

/** From here on the fork works in a folder of its own, wherever it is gone on with. */
function boundTo(folder: string, time: Timestamp): NewEntry {
  return { type: 'workspace-bound', version: 1, critical: true, time, by: 'user', data: { folder } }
}

/** A fork of something complete has nothing to go on with until something is said. */
function nextStep(
  { host }: CommandLine,
  flags: ForkFlags,
  thread: ThreadId,
  { status, run, messages }: AgentState,
  changes: number,
): string {
  const next = followUp(host.self.command, thread, flagTexts(flags), undefined)
  const isDone = status === 'finished' && run?.outcome?.type === 'completed'
  return changes === 0 && (isDone || messages.length === 0) ? next.say() : next.resume()
}
