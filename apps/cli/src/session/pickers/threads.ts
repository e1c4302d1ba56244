import { KeepupError, type ThreadSummary, type Timestamp } from '@keepup/core'
import type { AgentState } from '@keepup/loop'

import { threadStatus } from '../../commands/threads.ts'
import { isMailThread } from '../../mail/is-mail-thread.ts'
import { isMemoryThread } from '../../memory/is-memory-thread.ts'
import { readAgent } from '../../read-agent.ts'
import { showDuration } from '../../settings/duration.ts'
import type { Store } from '../../store.ts'
import type { SessionHandle } from '../session-handle.ts'
import { type PickerItem, pickerOf } from './picker.ts'

/** So many of the latest threads are looked at. */
const latest = 100

/** A thread of an agent that a person talks with. */
export interface KnownThread {
  readonly summary: ThreadSummary
  readonly state: AgentState
}

/** Lets a person choose among the latest threads, those of this folder first. */
export async function openThreads(session: SessionHandle): Promise<void> {
  const { store, conversation, line } = session
  const { thread: present, folder } = conversation.place
  const threads = (await latestThreads(store)).filter(({ summary }) => summary.thread !== present)
  const here = threads.filter(({ state }) => folderOf(state) === folder)
  const others = threads.filter(({ state }) => folderOf(state) !== folder)
  if (threads.length === 0) {
    return session.tell({ type: 'note', tone: 'quiet', text: 'there is no other thread yet' })
  }
  const now = line.host.clock.now()
  session.pick(
    'thread',
    pickerOf('Go on with', [
      ...here.map((one) => item(one, now)),
      ...others.map((one) => item(one, now, true)),
    ]),
  )
}

/** The latest threads of agents, without those that another agent started and those of graphs. */
export async function latestThreads({ checkpointer }: Store): Promise<readonly KnownThread[]> {
  const threads: KnownThread[] = []
  for await (const summary of checkpointer.threads({ limit: latest })) {
    const { thread } = summary
    if (isMemoryThread(thread) || isMailThread(thread)) continue
    const state = await stateOf(checkpointer, thread)
    if (state === undefined || state.messages.length === 0) continue
    if (state.delegation === undefined || state.delegation.over === true) threads.push({ summary, state })
  }
  return threads
}

/** The folder that a thread works in, where it is known. */
export function folderOf({ workspace, run }: AgentState): string | undefined {
  return workspace ?? run?.settings.workspace
}

async function stateOf(checkpointer: Store['checkpointer'], thread: string): Promise<AgentState | undefined> {
  try {
    return await readAgent(checkpointer, thread)
  } catch (error) {
    if (KeepupError.is(error, 'thread-too-new') || KeepupError.is(error, 'thread-damaged')) return undefined
    throw error
  }
}

function item({ summary, state }: KnownThread, now: Timestamp, elsewhere = false): PickerItem {
  const age = showDuration(Math.max(0, now - summary.updated))
  const place = elsewhere ? [folderOf(state) ?? ''] : []
  const facts = [threadStatus(summary, state), `${age} ago`, summary.thread, ...place]
  return {
    value: summary.thread,
    label: state.title ?? summary.thread,
    detail: facts.filter((fact) => fact !== '').join(' · '),
  }
}
