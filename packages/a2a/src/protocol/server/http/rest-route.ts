import { StreamResponse } from '@a2a-js/sdk'
import { ContentTypeNotSupportedError, RequestMalformedError, restStatusFor } from '@a2a-js/sdk/errors'
import type { A2ARequestHandler, ServerCallContext } from '@a2a-js/sdk/server'

import { olderVersion } from '../../protocol-version.ts'
import { eventStream, eventStreamHeaders, type ServerSentEvent } from './event-stream.ts'
import { contextOf, extensionHeaders, type HttpCall, versionOf } from './http-call.ts'
import { idOf } from './json-rpc-route.ts'
import { olderForm } from './older-rest-form.ts'
import { readJson, RequestTooLarge } from './read-json.ts'
import { currentForm, type RestForm } from './rest-form.ts'
import { type RestAnswer, type RestOperation, restOperations } from './rest-operations.ts'

/** Answers requests of the HTTP+JSON binding (A2A 1.0, 11), and of its older form (A2A 0.3). `path` is what follows the binding's own prefix. */
export type RestRoute = (call: HttpCall, path: string, end: () => void) => Promise<Response>

const bodyTypes: ReadonlySet<string> = new Set(['application/json', 'application/a2a+json'])

/** Makes the route. */
export function createRestRoute(handler: A2ARequestHandler): RestRoute {
  return async (call, given, end) => {
    const form = versionOf(call.request) === olderVersion ? olderForm : currentForm
    try {
      const path = form.path(given)
      const found = path === undefined ? undefined : findOperation(call.request.method, path)
      if (path === undefined || found === undefined)
        return failed(form, new RequestMalformedError(nothingAt(given, form)), 404)
      const { operation, names, tenant: inPath } = found
      const query = new URL(call.request.url).searchParams
      const body = form.request(path, call.request.method === 'POST' ? await bodyOf(call.request) : {})
      const tenant = inPath ?? tenantIn(body) ?? query.get('tenant') ?? ''
      const context = contextOf(call, { card: await handler.getAgentCard(), binding: 'HTTP+JSON', tenant })
      const answer = await operation.run(handler, { names, query, body, tenant }, context)
      return 'stream' in answer
        ? await streamed(form, answer.stream, context, end)
        : plain(form, path, answer, context)
    } catch (error) {
      if (error instanceof RequestTooLarge) throw error
      return failed(form, error)
    }
  }
}

function nothingAt(path: string, form: RestForm): string {
  const hint =
    form === olderForm
      ? ' A request that names no A2A-Version is one of 0.3, whose paths begin with /v1.'
      : ''
  return `There is nothing at ${path.slice(0, 200)}.${hint}`
}

/** A path may begin with a tenant. */
function findOperation(method: string, path: string) {
  const whole = matching(method, path)
  if (whole !== undefined) return { ...whole, tenant: undefined }
  const [, tenant, rest] = /^\/([^/]+)(\/.+)$/.exec(path) ?? []
  const inner = rest === undefined ? undefined : matching(method, rest)
  return inner === undefined || tenant === undefined ? undefined : { ...inner, tenant: decode(tenant) }
}

function matching(
  method: string,
  path: string,
): { readonly operation: RestOperation; readonly names: readonly string[] } | undefined {
  for (const operation of restOperations) {
    const match = operation.methods.includes(method) ? operation.path.exec(path) : null
    if (match !== null) return { operation, names: match.slice(1).map(decode) }
  }
  return undefined
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new RequestMalformedError('The path is not valid: it has a percent sign that encodes nothing.')
  }
}

/** An empty body is an empty object: some operations take none. */
async function bodyOf(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== undefined && !bodyTypes.has(type))
    throw new ContentTypeNotSupportedError(
      `Send the request as application/a2a+json, not as ${type.slice(0, 100)}.`,
    )
  const body = await readJson(request)
  if (body === undefined) throw new RequestMalformedError('The request is no JSON.')
  return body ?? {}
}

function tenantIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('tenant' in body)) return undefined
  return typeof body.tenant === 'string' && body.tenant !== '' ? body.tenant : undefined
}

function plain(
  form: RestForm,
  path: string,
  answer: Exclude<RestAnswer, { readonly stream: unknown }>,
  context: ServerCallContext,
): Response {
  const headers = extensionHeaders(context)
  if (answer.status === 204) return new Response(null, { status: 204, headers })
  return new Response(JSON.stringify(form.answer(path, answer.body)), {
    status: answer.status,
    headers: { 'content-type': form.mediaType, ...headers },
  })
}

async function streamed(
  form: RestForm,
  events: AsyncIterator<StreamResponse, void>,
  context: ServerCallContext,
  end: () => void,
): Promise<Response> {
  const first = await events.next()
  async function* written(): AsyncGenerator<ServerSentEvent, void> {
    try {
      for (let next = first; next.done !== true; next = await events.next())
        yield { data: form.event(StreamResponse.toJSON(next.value)), ...idOf(context) }
    } catch (error) {
      yield { event: 'error', data: form.refusal(error, restStatusFor(error)) }
    } finally {
      await events.return?.()
    }
  }
  const headers = { ...eventStreamHeaders, ...extensionHeaders(context) }
  return new Response(eventStream(written(), end), { headers })
}

function failed(form: RestForm, error: unknown, status: number = restStatusFor(error)): Response {
  return new Response(JSON.stringify(form.refusal(error, status)), {
    status,
    headers: { 'content-type': form.mediaType },
  })
}
