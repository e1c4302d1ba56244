import type { JsonObject, JsonValue, KeepupError } from '@keepup/core'
import { type CallToolRequest, type Client, ProtocolError, type Tool } from '@modelcontextprotocol/client'

import type { AskOptions, CallAnswer, CallOptions } from '../mcp-connection.ts'
import { anyResult } from './any-result.ts'
import { failureFacts } from './failure-facts.ts'
import { isObject, plainMeta, rawList, rawTask } from './keep-raw.ts'
import { followTask, type TaskParts } from './tasks.ts'

/** The error by which a server of 2025-11-25 says that a person must visit a page before it goes on. */
const pageFirst = -32_042

/** What calling needs. */
export interface CallParts extends TaskParts {
  /** Of the log messages that the call may bring (2026-07-28). */
  readonly meta: () => JsonObject | undefined
  /** Resolves once the server says that what was asked at a page is done, or will not wait any longer. */
  readonly visited: (elicitationId: string, signal: AbortSignal | undefined) => Promise<void>
}

/** Calls a tool to its end: through a task, and through pages that a person must visit first. */
export async function callTool(
  parts: CallParts,
  name: string,
  input: JsonObject,
  options: CallOptions,
): Promise<CallAnswer> {
  try {
    return await callOnce(parts, name, input, options)
  } catch (error) {
    const pages = pagesOf(error)
    if (pages.length === 0 || !(await visit(parts, pages, options))) throw error
    return callOnce(parts, name, input, options)
  }
}

async function callOnce(
  parts: CallParts,
  name: string,
  input: JsonObject,
  options: CallOptions,
): Promise<CallAnswer> {
  const { definition } = options
  const result = asksForTask(parts.client, definition)
    ? await startTask(parts, name, input, options)
    : await parts.asking.ask(
        (request) =>
          parts.client.callTool(paramsFor(parts, name, input), {
            ...request,
            ...(definition === undefined ? {} : { toolDefinition: withoutOutput(definition) }),
          }),
        withProgress(options),
      )
  const task = rawTask(result) ?? olderTask(result)
  if (task === undefined) return readAnswer(result)
  const { taskId } = task
  if (typeof taskId === 'string') options.taskStarted?.(taskId)
  return readAnswer(await followTask(parts, task, options))
}

/** Goes on with a task that was started before, by its id. */
export async function resumeTask(parts: CallParts, id: string, options: AskOptions): Promise<CallAnswer> {
  return readAnswer(await followTask(parts, { taskId: id, pollIntervalMs: 0 }, options))
}

function startTask(
  parts: CallParts,
  name: string,
  input: JsonObject,
  options: CallOptions,
): Promise<JsonObject> {
  const params = { name, arguments: input, task: { ttl: 3_600_000 } }
  return parts.asking.ask(
    (request) => parts.client.request({ method: 'tools/call', params }, anyResult, request),
    withProgress(options),
  )
}

function olderTask(result: object): JsonObject | undefined {
  // Results come from JSON.
  const { task } = result as { readonly task?: JsonValue }
  return isObject(task) ? task : undefined
}

/** Some tools of version 2025-11-25 run as tasks alone. */
function asksForTask(client: Client, definition: JsonObject | undefined): boolean {
  const execution = definition?.['execution']
  return (
    client.getProtocolEra() === 'legacy' && isObject(execution) && execution['taskSupport'] === 'required'
  )
}

function paramsFor({ meta }: CallParts, name: string, input: JsonObject): CallToolRequest['params'] {
  const info = meta()
  // An input is JSON, of which the SDK's type is a wider one.
  const args = input as Record<string, unknown>
  return info === undefined ? { name, arguments: args } : { name, arguments: args, _meta: { ...info } }
}

/** Reports of progress are asked for even where nobody listens: they give the call more time. */
function withProgress(options: CallOptions): AskOptions {
  return { ...options, progress: options.progress ?? (() => {}) }
}

/** The result is checked by whoever reads it: the SDK would throw away what does not fit. Its headers come from the input schema. */
function withoutOutput({ outputSchema: _output, ...definition }: JsonObject): Tool {
  // It comes from the server's own list, of which name and input schema were checked.
  return definition as unknown as Tool
}

function readAnswer(result: object): CallAnswer {
  // Results come from JSON. That of a task was not taken apart.
  const {
    content,
    structuredContent: structured,
    isError,
  } = result as { [name: string]: JsonValue | undefined }
  const moved = rawList(result, 'content')
  const direct = Array.isArray(content) ? content.filter(isObject) : []
  const meta = plainMeta(result)
  return {
    content: moved.length > 0 ? moved : direct,
    isError: isError === true,
    ...(structured === undefined ? {} : { structured }),
    ...(meta === undefined ? {} : { meta }),
  }
}

function pagesOf(error: unknown): readonly JsonObject[] {
  if (failureFacts(error)?.rpcCode !== pageFirst) return []
  // `failureFacts` found it to be one.
  const { cause } = error as KeepupError
  // Data of an error comes from JSON.
  const data = cause instanceof ProtocolError ? (cause.data as JsonValue | undefined) : undefined
  const pages = isObject(data) ? data['elicitations'] : undefined
  return Array.isArray(pages) ? pages.filter(isObject).slice(0, 5) : []
}

/** Whether the person visited all of them. */
async function visit(
  { questions, visited }: CallParts,
  pages: readonly JsonObject[],
  { signal }: CallOptions,
): Promise<boolean> {
  for (const page of pages) {
    const { action } = await questions.elicit(
      { ...page, mode: 'url' },
      signal ?? new AbortController().signal,
    )
    if (action !== 'accept') return false
    const { elicitationId } = page
    if (typeof elicitationId === 'string') await visited(elicitationId, signal)
  }
  return true
}
