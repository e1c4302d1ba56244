import type { ListSessionsRequest, ListSessionsResponse, SessionInfo } from '@agentclientprotocol/sdk'
import { type Checkpointer, KeepupError, type ThreadId, type ThreadSummary } from '@keepup/core'

import { invalidParams } from '../to-request-error.ts'
import { folderOf, readThread } from './read-thread.ts'

/** @limit How many sessions one answer lists. */
const page = 50

/** The last session of a page, and when it changed. */
interface Cursor {
  readonly time: number
  readonly thread: ThreadId
}

/**
 * Sessions, most recently changed first: threads of agents that a person began. Those of other kinds, and agents that another agent started, are none. One that changes while
 * somebody turns the pages is on the first one again.
 */
export async function listSessions(
  checkpointer: Checkpointer,
  { cwd, cursor }: ListSessionsRequest,
): Promise<ListSessionsResponse> {
  const folder = cwd ?? undefined
  const before = readCursor(cursor ?? undefined)
  const threads = checkpointer.threads()
  const sessions: SessionInfo[] = []
  for await (const summary of before === undefined ? threads : older(threads, before)) {
    if (summary.writers === 'many') continue
    const found = await infoOf(checkpointer, summary)
    if (found === undefined || (folder !== undefined && found.cwd !== folder)) continue
    sessions.push(found)
    if (sessions.length === page) return { sessions, nextCursor: `${summary.updated}~${summary.thread}` }
  }
  return { sessions }
}

function readCursor(cursor: string | undefined): Cursor | undefined {
  if (cursor === undefined) return undefined
  const [, time, thread] = /^(\d{1,15})~([^]+)$/.exec(cursor) ?? []
  if (thread !== undefined) return { time: Number(time), thread }
  throw invalidParams('The cursor is none that session/list gave. Leave it out to begin anew.')
}

/** What comes after the cursor. Of threads that changed at the same moment those before it are left out; where it changed since, none of them is. */
async function* older(
  threads: AsyncIterable<ThreadSummary>,
  { time, thread }: Cursor,
): AsyncIterable<ThreadSummary> {
  let same: ThreadSummary[] = []
  for await (const summary of threads) {
    if (summary.updated > time) continue
    if (summary.updated === time) {
      same = summary.thread === thread ? [] : [...same, summary]
      continue
    }
    yield* same.splice(0)
    yield summary
  }
  yield* same
}

async function infoOf(checkpointer: Checkpointer, summary: ThreadSummary): Promise<SessionInfo | undefined> {
  const { thread, updated } = summary
  try {
    const state = await readThread(checkpointer, thread)
    const cwd = folderOf(state)
    const isAgents = state.delegation !== undefined && state.delegation.over !== true
    if (cwd === undefined || isAgents) return undefined
    const { title = null } = state
    return { sessionId: thread, cwd, title, updatedAt: new Date(updated).toISOString() }
  } catch (error) {
    // Of another kind, of a newer version, or damaged: whatever it is, it is not for this list.
    if (KeepupError.is(error)) return undefined
    throw error
  }
}
