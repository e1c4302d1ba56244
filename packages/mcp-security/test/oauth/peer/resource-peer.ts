import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

import { bodyOf, json } from './answering.ts'
import type { AuthorizationPeer, PeerToken } from './peer-state.ts'
import { thumbprintOf } from './token-endpoint.ts'

/** How an MCP server differs from a well-behaved one. */
export interface ResourceBehaviour {
  /** `undefined` for a server without metadata. */
  metadata?: (document: Record<string, unknown>) => unknown
  /** The header of a 401. */
  challenge?: string
  /** Scopes that a call takes. */
  scopes?: readonly string[]
  /** Answers calls in its place. */
  call?: (request: IncomingMessage, response: ServerResponse) => boolean
}

/** The resource of an MCP server: answers calls with a token that its authorisation server gave for it, and challenges others. */
export interface ResourcePeer {
  readonly url: string
  readonly listener: RequestListener
  readonly behaviour: ResourceBehaviour
  /** The `Authorization` of every call, in their order. */
  readonly seen: (string | undefined)[]
  answered: number
}

/** Makes a resource whose tokens a peer gives. */
export function resourcePeer(
  url: string,
  guard: AuthorizationPeer,
  behaviour: ResourceBehaviour = {},
): ResourcePeer {
  const peer: ResourcePeer = {
    url,
    behaviour,
    seen: [],
    answered: 0,
    listener: (request, response) => {
      answer(peer, guard, request, response).catch((error: unknown) =>
        response.writeHead(500).end(String(error)),
      )
    },
  }
  return peer
}

async function answer(
  peer: ResourcePeer,
  guard: AuthorizationPeer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { origin, pathname } = new URL(peer.url)
  const at = new URL(request.url ?? '', origin)
  if (at.pathname === `/.well-known/oauth-protected-resource${pathname}`) describe(peer, guard, response)
  else if (at.pathname.startsWith(pathname)) await answerCall(peer, guard, request, response)
  else json(response, 404, {})
}

function describe(
  { url, behaviour }: ResourcePeer,
  guard: AuthorizationPeer,
  response: ServerResponse,
): void {
  const document = { resource: url, authorization_servers: [guard.issuer] }
  const changed = behaviour.metadata === undefined ? document : behaviour.metadata(document)
  json(response, changed === undefined ? 404 : 200, changed ?? {})
}

async function answerCall(
  peer: ResourcePeer,
  guard: AuthorizationPeer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  peer.seen.push(request.headers.authorization)
  await bodyOf(request)
  if (peer.behaviour.call?.(request, response) === true) return
  const token = await tokenOf(guard, request)
  const { scopes = [] } = peer.behaviour
  const granted = token?.scope.split(' ') ?? []
  if (token === undefined || !peer.url.startsWith(token.resource))
    json(response, 401, {}, { 'www-authenticate': challengeOf(peer) })
  else if (scopes.some((scope) => !granted.includes(scope)))
    json(
      response,
      403,
      {},
      { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scopes.join(' ')}"` },
    )
  else {
    peer.answered++
    json(response, 200, { jsonrpc: '2.0', id: 1, result: {} })
  }
}

function challengeOf({ url, behaviour }: ResourcePeer): string {
  const { origin, pathname } = new URL(url)
  return (
    behaviour.challenge ??
    `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource${pathname}"`
  )
}

async function tokenOf(guard: AuthorizationPeer, request: IncomingMessage): Promise<PeerToken | undefined> {
  const [, scheme, value = ''] = /^(Bearer|DPoP) (.+)$/.exec(request.headers.authorization ?? '') ?? []
  const token = guard.tokens.get(value)
  if (token === undefined || token.expiresAt <= guard.now()) return undefined
  if (token.thumbprint === undefined) return scheme === 'Bearer' ? token : undefined
  const proof = request.headers['dpop']
  const isHolder =
    scheme === 'DPoP' && typeof proof === 'string' && (await thumbprintOf(proof)) === token.thumbprint
  return isHolder ? token : undefined
}
