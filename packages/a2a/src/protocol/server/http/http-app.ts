import { A2A_VERSION_HEADER, AGENT_CARD_PATH, type AgentCard } from '@a2a-js/sdk'
import type { A2ARequestHandler } from '@a2a-js/sdk/server'
import { type Context, Hono } from 'hono'

import { olderVersion } from '../../protocol-version.ts'
import { authenticate, type Authenticator, type Caller } from '../auth/authenticator.ts'
import { cardBody, olderCardBody } from './card-body.ts'
import { credentialsOf, type HttpCall, type NodeBindings } from './http-call.ts'
import { createJsonRpcRoute } from './json-rpc-route.ts'
import { RequestTooLarge } from './read-json.ts'
import { refuseForeign } from './refuse-foreign.ts'
import { createRestRoute } from './rest-route.ts'

/** Where the JSON-RPC binding is. */
export const jsonRpcPath = '/a2a/jsonrpc'
/** Where the HTTP+JSON binding is. */
export const restPath = '/a2a/rest'

/** In seconds: how long a card may be kept before it is asked for again. */
const cardAge = 300

/** What the app is made of. */
export interface HttpAppParts {
  readonly card: AgentCard
  readonly handler: A2ARequestHandler
  readonly ways: readonly Authenticator[]
  /** The names under which the server is reached, without ports. */
  readonly hosts: readonly string[]
  /** What clients that name no version are shown. */
  readonly cardWithoutVersion: '1.0' | '0.3'
  readonly note: (text: string) => void
  /** When the card was made (RFC 9110, 8.8.2). */
  readonly modified: string
}

type App = { Bindings: NodeBindings; Variables: { caller: Caller | undefined } }

/** The paths of a served agent: the card for everybody, the bindings for those who may call. */
export function createHttpApp(parts: HttpAppParts): Hono<App> {
  const { handler, ways, hosts } = parts
  const jsonRpc = createJsonRpcRoute(handler)
  const rest = createRestRoute(handler)
  const app = new Hono<App>()
  app.use(async (context, next) => {
    const { host, origin } = context.env.incoming.headers
    const refusal = refuseForeign({ host, origin }, hosts)
    if (refusal !== undefined) return refused(403, refusal)
    await next()
    return undefined
  })
  app.get(`/${AGENT_CARD_PATH}`, (context) => answerCard(context.req.raw, parts))
  // Where versions before 0.3 looked for it.
  app.get('/.well-known/agent.json', (context) => answerCard(context.req.raw, parts, true))
  app.use('/a2a/*', async (context, next) => {
    const caller = await authenticate(ways, credentialsOf(context.env))
    if (caller === undefined && ways.length > 0) return unauthorised(ways)
    context.set('caller', caller)
    await next()
    return undefined
  })
  app.post(jsonRpcPath, (context) => called(context, (call, end) => jsonRpc(call, end)))
  app.all(`${restPath}/*`, (context) => {
    const path = new URL(context.req.url).pathname.slice(restPath.length)
    return called(context, (call, end) => rest(call, path, end))
  })
  app.notFound(() => refused(404, `There is nothing here. The card of the agent is at /${AGENT_CARD_PATH}.`))
  app.onError((error) => {
    if (error instanceof RequestTooLarge) return refused(413, 'The request is too large.')
    parts.note(`a request failed: ${error.message}`)
    return refused(500, 'The server failed. What went wrong is written down there.')
  })
  return app
}

async function called(
  context: Context<App>,
  run: (call: HttpCall, end: () => void) => Promise<Response>,
): Promise<Response> {
  const gone = new AbortController()
  const end = (): void => gone.abort(new Error('The client is gone.'))
  context.env.outgoing.once('close', end)
  return run({ request: context.req.raw, caller: context.get('caller'), gone: gone.signal }, end)
}

function answerCard(request: Request, parts: HttpAppParts, older = false): Response {
  const { card, cardWithoutVersion, modified } = parts
  const named =
    request.headers.get(A2A_VERSION_HEADER) ?? new URL(request.url).searchParams.get(A2A_VERSION_HEADER)
  const version = named === null || named === '' ? cardWithoutVersion : named
  const isOlder = older || version === olderVersion
  const { text, etag } = isOlder ? olderCardBody(card) : cardBody(card)
  const headers = {
    etag,
    'last-modified': modified,
    'cache-control': `public, max-age=${cardAge}`,
    vary: A2A_VERSION_HEADER,
  }
  const known = request.headers.get('if-none-match')?.split(',') ?? []
  if (known.some((tag) => tag.trim().replace(/^W\//, '') === etag))
    return new Response(null, { status: 304, headers })
  return new Response(text, { headers: { ...headers, 'content-type': 'application/json' } })
}

function unauthorised(ways: readonly Authenticator[]): Response {
  const challenge = ways.map((way) => way.challenge).join(', ')
  const response = refused(401, 'Say who you are, in one of the ways that the card of this agent names.')
  response.headers.set('www-authenticate', challenge)
  return response
}

const statusNames: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  413: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
}

/** A refusal that belongs to no operation, in the form of the HTTP+JSON binding (AIP-193). */
function refused(status: number, message: string): Response {
  const error = { code: status, status: statusNames[status] ?? 'UNKNOWN', message, details: [] }
  return Response.json({ error }, { status })
}
