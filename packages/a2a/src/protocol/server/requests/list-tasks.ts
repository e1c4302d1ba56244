import { type ListTasksRequest, type ListTasksResponse, type Task, TaskState } from '@a2a-js/sdk'
import type { ServerCallContext } from '@a2a-js/sdk/server'
import type { Sequence, ThreadId } from '@keepup/core'

import type { TaskJournal } from '../../task/task-journal.ts'
import { scopePrefix } from '../../task/task-thread.ts'
import { scopeOf } from './caller-user.ts'
import { malformed } from './check-message.ts'
import { withHistoryLength } from './history-length.ts'

/** Lists the tasks of callers. Remembers what it read, for as long as nothing is added to it. */
export type ListTasks = (request: ListTasksRequest, context: ServerCallContext) => Promise<ListTasksResponse>

/** In tasks: how many are remembered. */
const mostKnown = 10_000
const defaultPage = 50

interface Known {
  readonly head: Sequence
  readonly task: Task | undefined
}

/** Makes the list of a server: newest status first, those of the caller alone. */
export function createListTasks(journal: TaskJournal): ListTasks {
  const known = new Map<ThreadId, Known>()

  async function read(thread: ThreadId, head: Sequence): Promise<Task | undefined> {
    const before = known.get(thread)
    if (before?.head === head) return before.task
    const { facts, head: at } = await journal.read(thread)
    // Where the agent answered with a message alone, there was no task.
    const task = facts.reply === undefined ? facts.task : undefined
    if (known.size >= mostKnown) known.clear()
    known.set(thread, { head: at, task })
    return task
  }
  return async (request, context) => {
    const { pageSize = defaultPage, pageToken, includeArtifacts = false, historyLength } = checked(request)
    const prefix = scopePrefix(scopeOf(context))
    const found: Task[] = []
    for await (const { thread, head } of journal.checkpointer.threads()) {
      const task = thread.startsWith(prefix) ? await read(thread, head) : undefined
      if (task !== undefined && isWanted(task, request)) found.push(task)
    }
    const sorted = found.toSorted((a, b) => (isBefore(a, b) ? -1 : 1))
    const cursor = pageToken === '' ? undefined : readToken(pageToken)
    const rest = cursor === undefined ? sorted : sorted.filter((task) => isBefore(cursor, task))
    const page = rest.slice(0, pageSize)
    const last = page.at(-1)
    return {
      tasks: page.map((task) => ({
        ...withHistoryLength(task, historyLength),
        artifacts: includeArtifacts ? task.artifacts : [],
      })),
      nextPageToken: last !== undefined && rest.length > page.length ? tokenOf(last) : '',
      pageSize,
      totalSize: sorted.length,
    }
  }
}

function checked(request: ListTasksRequest): ListTasksRequest {
  const { pageSize, status, statusTimestampAfter, historyLength } = request
  if (pageSize !== undefined && !(Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= 100))
    throw malformed('pageSize must be from 1 to 100')
  if (TaskState[status] === undefined || status === TaskState.UNRECOGNIZED)
    throw malformed('status is no state of a task')
  if (statusTimestampAfter !== undefined && Number.isNaN(Date.parse(statusTimestampAfter)))
    throw malformed('statusTimestampAfter is no timestamp of ISO 8601')
  if (historyLength !== undefined && historyLength < 0) throw malformed('historyLength must not be negative')
  return request
}

function isWanted(
  { contextId, status }: Task,
  { contextId: wanted, status: state, statusTimestampAfter: after }: ListTasksRequest,
): boolean {
  if (wanted !== '' && contextId !== wanted) return false
  if (state !== TaskState.TASK_STATE_UNSPECIFIED && status?.state !== state) return false
  return after === undefined || Date.parse(status?.timestamp ?? '') > Date.parse(after)
}

type Place = Pick<Task, 'id'> & { readonly status: { readonly timestamp: string | undefined } | undefined }

/** Newest status first; the id where two have the same moment, so that pages do not overlap. */
function isBefore(a: Place, b: Place): boolean {
  const [first = '', second = ''] = [a.status?.timestamp, b.status?.timestamp]
  return first === second ? a.id > b.id : first > second
}

function tokenOf({ id, status }: Task): string {
  return Buffer.from(JSON.stringify([status?.timestamp ?? '', id])).toString('base64url')
}

function readToken(token: string): Place {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (Array.isArray(parsed) && typeof parsed[0] === 'string' && typeof parsed[1] === 'string')
      return { id: parsed[1], status: { timestamp: parsed[0] } }
  } catch {
    // Said below.
  }
  throw malformed('pageToken is none that this server gave')
}
