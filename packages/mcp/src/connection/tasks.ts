import { type Clock, type JsonObject, KeepupError, type Milliseconds } from '@keepup/core'
import type { Client } from '@modelcontextprotocol/client'

import type { AskOptions } from '../mcp-connection.ts'
import { plainText } from '../plain-text.ts'
import { anyResult } from './any-result.ts'
import type { Asking } from './asking.ts'
import { failureFacts } from './failure-facts.ts'
import { isObject } from './keep-raw.ts'
import type { ServerQuestions } from './server-questions.ts'

/** What following a task needs. */
export interface TaskParts {
  readonly server: string
  readonly client: Client
  readonly asking: Asking
  readonly questions: ServerQuestions
  readonly clock: Clock
}

/** How often a task is looked at: as its server says, but within these. */
const usualPause: Milliseconds = 1_000
const shortestPause: Milliseconds = 50
const longestPause: Milliseconds = 60_000
/** How often in a row a look may fail before the task counts as lost. */
const mostFailures = 5

/**
 * Follows a task to its end by `tasks/get` (SEP-2663; for servers of 2025-11-25 the tasks of that version), answering what it asks, and returns the result of
 * the request that it stands for. A look that fails is repeated. Where the caller's signal is aborted, the server is told to cancel the task.
 */
export async function followTask(
  parts: TaskParts,
  task: JsonObject,
  options: AskOptions,
): Promise<JsonObject> {
  const id = typeof task['taskId'] === 'string' ? task['taskId'] : ''
  const answered = new Set<string>()
  try {
    for (let current = task; ; current = await look(parts, id, options)) {
      const ended = await endOf(parts, current, id, options)
      if (ended !== undefined) return ended
      const message = current['statusMessage']
      if (typeof message === 'string') options.progress?.({ progress: 0, message: plainText(message, 500) })
      await answerTask(parts, current, { id, answered, options })
      await parts.clock.sleep(pauseOf(current), options.signal)
    }
  } catch (error) {
    if (options.signal?.aborted === true) cancelTask(parts, id)
    throw error
  }
}

/** Looks at a task, and again where that fails for a while. */
async function look(
  { asking, client, clock }: TaskParts,
  id: string,
  options: AskOptions,
): Promise<JsonObject> {
  for (let failures = 1; ; failures++) {
    try {
      const question = { method: 'tasks/get', params: { taskId: id } }
      return await asking.ask((request) => client.request(question, anyResult, request), options)
    } catch (error) {
      if (options.signal?.aborted === true || failures >= mostFailures || isFinal(error)) throw error
      await clock.sleep(usualPause * failures, options.signal)
    }
  }
}

/** The result once there is one. Fails where the task did. */
async function endOf(
  { server, client, asking }: TaskParts,
  task: JsonObject,
  id: string,
  options: AskOptions,
): Promise<JsonObject | undefined> {
  const { status, result, error } = task
  if (status === 'failed' || status === 'cancelled') {
    const said = isObject(error) ? error['message'] : task['statusMessage']
    const why = typeof said === 'string' ? `: ${plainText(said, 1_000)}` : '.'
    throw new KeepupError('tool-failed', `MCP server "${server}": the task was ${status}${why}`, {
      details: { server, outcome: 'failed', reconnect: false },
    })
  }
  if (status === 'completed' && isObject(result)) return result
  // Version 2025-11-25 gives the result by a request of its own, and asks its questions while that waits.
  const older =
    client.getProtocolEra() === 'legacy' && (status === 'completed' || status === 'input_required')
  if (!older) return undefined
  return asking.ask(
    (request) => client.request({ method: 'tasks/result', params: { taskId: id } }, anyResult, request),
    options,
  )
}

/** Answers what a task asks, each question once however often it is seen. */
async function answerTask(
  { client, asking, questions }: TaskParts,
  task: JsonObject,
  {
    id,
    answered,
    options,
  }: { readonly id: string; readonly answered: Set<string>; readonly options: AskOptions },
): Promise<void> {
  const requests = isObject(task['inputRequests']) ? task['inputRequests'] : {}
  const responses: Record<string, JsonObject> = {}
  const signal = options.signal ?? new AbortController().signal
  for (const [key, request] of Object.entries(requests)) {
    if (answered.has(key) || !isObject(request) || typeof request['method'] !== 'string') continue
    answered.add(key)
    const params = isObject(request['params']) ? request['params'] : {}
    responses[key] = await questions.answer(request['method'], params, signal)
  }
  if (Object.keys(responses).length === 0) return
  const params = { taskId: id, inputResponses: responses }
  await asking.ask(
    (request) => client.request({ method: 'tasks/update', params }, anyResult, request),
    options,
  )
}

function pauseOf(task: JsonObject): Milliseconds {
  const asked = task['pollIntervalMs'] ?? task['pollInterval']
  const pause = typeof asked === 'number' && Number.isFinite(asked) ? asked : usualPause
  return Math.min(longestPause, Math.max(shortestPause, pause))
}

/** The server said that there is no such task, or the connection is gone. */
function isFinal(error: unknown): boolean {
  const facts = failureFacts(error)
  return facts === undefined || facts.reconnect || facts.rpcCode !== undefined
}

function cancelTask({ client }: TaskParts, id: string): void {
  const params = { taskId: id }
  client.request({ method: 'tasks/cancel', params }, anyResult, { timeout: 5_000 }).catch(() => {})
}
