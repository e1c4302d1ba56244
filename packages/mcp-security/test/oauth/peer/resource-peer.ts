import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

import { type AuthorizationPeer, bodyOf, json, type PeerToken } from './authorization-peer.ts'
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
  readonly bodies: string[]
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
    bodies: [],
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
  const metadataPath = `/.well-known/oauth-protected-resource${pathname}`
  const at = new URL(request.url ?? '', origin)
  if (at.pathname === metadataPath) {
    const document = { resource: peer.url, authorization_servers: [guard.issuer] }
    const changed = peer.behaviour.metadata === undefined ? document : peer.behaviour.metadata(document)
    return changed === undefined ? json(response, 404, {}) : json(response, 200, changed)
  }
  if (!at.pathname.startsWith(pathname)) return json(response, 404, {})
  peer.seen.push(request.headers.authorization)
  peer.bodies.push(await bodyOf(request))
  if (peer.behaviour.call?.(request, response) === true) return
  const token = await tokenOf(guard, request)
  if (token === undefined || !peer.url.startsWith(token.resource)) {
    const usual = `Bearer resource_metadata="${origin}${metadataPath}"`
    return json(response, 401, {}, { 'www-authenticate': peer.behaviour.challenge ?? usual })
  }
  const granted = token.scope.split(' ')
  if ((peer.behaviour.scopes ?? []).some((scope) => !granted.includes(scope))) {
    const scope = peer.behaviour.scopes?.join(' ') ?? ''
    return json(
      response,
      403,
      {},
      { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    )
  }
  peer.answered++
  json(response, 200, { jsonrpc: '2.0', id: 1, result: {} })
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
