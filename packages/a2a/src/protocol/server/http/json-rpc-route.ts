import { LegacyJsonRpcTransportHandler } from '@a2a-js/sdk/compat/v0_3/server'
import { ContentTypeNotSupportedError } from '@a2a-js/sdk/errors'
import { type A2ARequestHandler, JsonRpcTransportHandler, type ServerCallContext } from '@a2a-js/sdk/server'

import { olderVersion } from '../../protocol-version.ts'
import { positionKey } from '../requests/task-stream.ts'
import { eventStream, eventStreamHeaders, type ServerSentEvent } from './event-stream.ts'
import { contextOf, extensionHeaders, type HttpCall, versionOf } from './http-call.ts'
import { readJson } from './read-json.ts'

/** Answers requests of the JSON-RPC binding (A2A 1.0, 9), and of its older form (A2A 0.3). */
export type JsonRpcRoute = (call: HttpCall, end: () => void) => Promise<Response>

/** Makes the route. */
export function createJsonRpcRoute(handler: A2ARequestHandler): JsonRpcRoute {
  const current = new JsonRpcTransportHandler(handler)
  const older = new LegacyJsonRpcTransportHandler(handler)
  return async (call, end) => {
    const isOlder = versionOf(call.request) === olderVersion
    const failed = (error: unknown, id: unknown): Response =>
      json({
        jsonrpc: '2.0',
        id: id ?? null,
        error: isOlder
          ? LegacyJsonRpcTransportHandler.mapToLegacyJSONRPCError(error)
          : JsonRpcTransportHandler.mapToJSONRPCError(error),
      })
    const type = call.request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
    if (type !== 'application/json')
      return failed(new ContentTypeNotSupportedError('Send the request as application/json.'), null)
    const body = await readJson(call.request)
    if (body === undefined) return json({ jsonrpc: '2.0', id: null, error: notJson })
    if (!isRecord(body)) return json({ jsonrpc: '2.0', id: null, error: noRequest })
    try {
      const context = contextOf(call, { card: await handler.getAgentCard(), binding: 'JSONRPC' })
      const answer = await (isOlder ? older : current).handle(body, context)
      if (!isStream(answer)) return json(answer, extensionHeaders(context))
      return await streamed(answer, { context, failed: (error) => failed(error, body['id']), end })
    } catch (error) {
      return failed(error, body['id'])
    }
  }
}

const notJson = { code: -32_700, message: 'The request is no JSON.' }
const noRequest = { code: -32_600, message: 'The request is no JSON-RPC request: batches are not taken.' }

/** A failure before the first event is an answer of its own; one after it is the last event. */
async function streamed(
  answers: AsyncIterator<unknown, void>,
  {
    context,
    failed,
    end,
  }: {
    readonly context: ServerCallContext
    readonly failed: (error: unknown) => Response
    readonly end: () => void
  },
): Promise<Response> {
  const first = await answers.next().catch((error: unknown) => ({ error }))
  if ('error' in first) return failed(first.error)
  async function* events(): AsyncGenerator<ServerSentEvent, void> {
    try {
      for (let next = first; !('error' in next) && next.done !== true; next = await answers.next())
        yield { data: next.value, ...idOf(context) }
    } catch (error) {
      yield { event: 'error', data: await failed(error).json() }
    } finally {
      await answers.return?.()
    }
  }
  const headers = { ...eventStreamHeaders, ...extensionHeaders(context) }
  return new Response(eventStream(events(), end), { headers })
}

/** Where the event stands that was given last. */
export function idOf(context: ServerCallContext): Pick<ServerSentEvent, 'id'> {
  const position = context.state.get(positionKey)
  return typeof position === 'number' ? { id: String(position) } : {}
}

function json(body: unknown, headers: Record<string, string> = {}): Response {
  return Response.json(body, { headers })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isStream(answer: object): answer is AsyncGenerator<unknown, void> {
  return Symbol.asyncIterator in answer
}
