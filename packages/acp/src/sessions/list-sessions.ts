import type { ListSessionsRequest, ListSessionsResponse, SessionInfo } from '@agentclientprotocol/sdk'
import { type Checkpointer, KeepupError, type ThreadSummary } from '@keepup/core'

import { invalidParams } from '../to-request-error.ts'
import { folderOf, readThread } from './read-thread.ts'

/** @limit How many sessions one answer lists. */
const page = 50

/**
 * Sessions, most recently changed first: threads of agents that a person began. Those of other kinds, and agents that another agent started, are none. A page is cut by
 * when its threads changed, so that a thread that changes meanwhile is listed twice rather than not at all.
 */
export async function listSessions(
  checkpointer: Checkpointer,
  request: ListSessionsRequest,
): Promise<ListSessionsResponse> {
  const cwd = request.cwd ?? undefined
  const before = readCursor(request.cursor ?? undefined)
  const sessions: SessionInfo[] = []
  for await (const summary of checkpointer.threads()) {
    if (summary.writers === 'many' || (before !== undefined && summary.updated >= before)) continue
    const found = await infoOf(checkpointer, summary)
    if (found === undefined || (cwd !== undefined && found.cwd !== cwd)) continue
    sessions.push(found)
    if (sessions.length === page) return { sessions, nextCursor: String(summary.updated) }
  }
  return { sessions }
}

function readCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  const time = Number(cursor)
  if (/^\d{1,16}$/.test(cursor) && Number.isSafeInteger(time)) return time
  throw invalidParams('The cursor is none that session/list gave. Leave it out to begin anew.')
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
