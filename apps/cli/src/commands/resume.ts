import { type AgentEntry, type Entry, KeepupError, type ThreadId } from '@keepup/core'
import type { AgentState } from '@keepup/loop'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import { type ExitName, outcomeExit } from '../exit-code.ts'
import { followUp } from '../follow-up.ts'
import { agentAbove } from '../graph/agent-above.ts'
import { findGraph } from '../graph/find-graph.ts'
import { readAgentOnly } from '../graph/read-agent-only.ts'
import { isMailThread } from '../mail/is-mail-thread.ts'
import { isMemoryThread } from '../memory/is-memory-thread.ts'
import { readAgent } from '../read-agent.ts'
import type { ShownRunFlags } from '../routes/run-routes.ts'
import { driveRun } from '../running/drive-run.ts'
import { outputFormat } from '../running/output-format.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { findThread, openExistingStore, placeOf, type Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { endPendingRestore } from '../travel/end-files-restore.ts'
import { threadFolder } from '../travel/thread-folder.ts'
import { workingFolder } from '../working-folder.ts'

/** Goes on with a thread; without a name with the latest one that did not complete. One that is complete already shows its answer again. */
export async function resume(line: CommandLine, flags: ShownRunFlags, name?: string): Promise<ExitName> {
  const { environment, workingDirectory: here } = line.host
  const texts = flagTexts(flags)
  const start = workingFolder(line.host, flags.cwd)
  const first = resolveSettings({ flags: texts, environment, here, folder: start }).settings
  await using store = await openExistingStore(placeOf(first, environment))
  const found = name === undefined ? await latestUnfinished(store) : await findThread(store, name)
  const thread = await treeOf(line, store, found)
  const procedure = await goOnWithProcedure(line, flags, store, thread)
  if (procedure !== undefined) return procedure
  await endPendingRestore(line, store, thread)
  await readAgentOnly(store, thread)
  const answer = await completeAnswer(store, thread)
  if (answer !== undefined) return await showAgain(line, flags, answer)
  const folder = await threadFolder(line, store, thread, flags.cwd)
  const { settings } = resolveSettings({ flags: texts, environment, here, folder })
  return await driveRun(line, store, {
    settings,
    flags: texts,
    cwd: flags.cwd,
    folder,
    thread,
    open: await openInputs(store, thread),
    format: outputFormat(flags),
  })
}

/**
 * An agent that another one started is gone on with from above: it would be alone otherwise, and nobody would hear its answer. So is one of a procedure; one of a
 * graph cannot be from here, for nothing would hold it to what the graph allows.
 */
async function treeOf({ terminal }: CommandLine, store: Store, thread: ThreadId): Promise<ThreadId> {
  const { checkpointer } = store
  const above = await agentAbove(store, thread)
  if (above?.kind === 'graph')
    throw usageError(`${thread} is an agent of the graph ${above.thread}`, above.next)
  if (above !== undefined) {
    await terminal.notes.write(
      safeText(`note: ${thread} is an agent of ${above.thread}: going on with that\n`),
    )
    return above.thread
  }
  const { delegation } = await readAgentOrNothing(checkpointer, thread)
  if (delegation === undefined || delegation.over === true) return thread
  const { root, role } = delegation
  await terminal.notes.write(
    safeText(`note: ${thread} is an agent (${role}) of ${root}: going on with that\n`),
  )
  return root
}

/** A thread of a graph is told of as such later on. */
async function readAgentOrNothing(
  checkpointer: Store['checkpointer'],
  thread: ThreadId,
): Promise<Pick<AgentState, 'delegation'>> {
  try {
    return await readAgent(checkpointer, thread)
  } catch (error) {
    if (KeepupError.is(error, 'thread-too-new')) return {}
    throw error
  }
}

/** Goes on with a procedure; nothing where the thread is none of one. */
async function goOnWithProcedure(
  line: CommandLine,
  flags: ShownRunFlags,
  store: Store,
  thread: ThreadId,
): Promise<ExitName | undefined> {
  const found = (await isGraph(store, thread)) ? await findGraph(store, thread) : undefined
  if (found?.kind !== 'procedure') return undefined
  const { sopResume } = await import('../sop/sop-resume.ts')
  return sopResume(line, { ...flags, trustCommands: false }, thread)
}

async function openInputs({ checkpointer }: Store, thread: ThreadId): Promise<ReadonlyMap<string, unknown>> {
  const { turn } = await readAgent(checkpointer, thread)
  return new Map((turn?.calls ?? []).map(({ part }) => [part.id, part.input]))
}

async function latestUnfinished(store: Store): Promise<ThreadId> {
  for await (const { thread } of store.checkpointer.threads({ limit: 50 })) {
    if (isMemoryThread(thread) || isMailThread(thread)) continue
    if ((await agentAbove(store, thread))?.kind === 'graph') continue
    if (!(await isGraph(store, thread)) && (await completeAnswer(store, thread)) === undefined) return thread
  }
  throw new KeepupError('thread-unknown', `no thread in ${store.path} is unfinished`, {
    details: {
      fix: 'name the thread to go on with (keepup threads lists them), or begin one with: keepup run "..."',
    },
  })
}

/** Whether a thread is a graph's: `keepup graph resume` goes on with it. */
async function isGraph(store: Store, thread: ThreadId): Promise<boolean> {
  try {
    await readAgent(store.checkpointer, thread)
    return false
  } catch (error) {
    if (!KeepupError.is(error, 'thread-too-new')) throw error
    return (await findGraph(store, thread)) !== undefined
  }
}

/** The end of the last run where it is complete and nothing was said since. */
async function completeAnswer(
  { checkpointer }: Store,
  thread: ThreadId,
): Promise<AgentEntry<'run-finished'> | undefined> {
  const state = await readAgent(checkpointer, thread)
  if (state.status !== 'finished' || state.run?.outcome?.type !== 'completed') return undefined
  if ((await checkpointer.pending(thread)).length > 0) return undefined
  const { entries } = await checkpointer.read(thread)
  // A fork may have been edited since.
  const last = entries.findLast((entry) => isEnd(entry) || entry.type === 'context-compacted')
  return last !== undefined && isEnd(last) ? last : undefined
}

function isEnd(entry: Entry): entry is AgentEntry<'run-finished'> {
  return entry.type === 'run-finished'
}

async function showAgain(
  { host, terminal }: CommandLine,
  flags: ShownRunFlags,
  finished: AgentEntry<'run-finished'>,
): Promise<ExitName> {
  const { outcome, text, unattendedDenials } = finished.data
  const next = followUp(host.self.command, finished.thread, flagTexts(flags), flags.cwd)
  await terminal.out.write(flags.json ? `${JSON.stringify(finished)}\n` : `${safeText(text)}\n`)
  await terminal.notes.write(`thread ${finished.thread} is complete; to go on, say more: ${next.say()}\n`)
  return outcomeExit(outcome, unattendedDenials)
}
