import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { bodyOf, canary, json } from './answering.ts'
import type { AuthorizationPeer, Body, PeerBehaviour } from './peer-state.ts'
import { answerTokenRequest } from './token-endpoint.ts'

/** Makes a peer; it answers once its listener is served at the issuer's origin. */
export function authorizationPeer(issuer: string, behaviour: PeerBehaviour = {}): AuthorizationPeer {
  const peer: AuthorizationPeer = {
    issuer,
    behaviour,
    clients: new Map(),
    codes: new Map(),
    tokens: new Map(),
    refreshTokens: new Map(),
    revoked: [],
    counts: { authorize: 0, refresh: 0, reuse: 0, register: 0 },
    tokenRequests: [],
    now: Date.now,
    listener: (request, response) => {
      answer(peer, request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
    },
  }
  return peer
}

async function answer(
  peer: AuthorizationPeer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '', peer.issuer)
  const moved = peer.behaviour.redirect?.(url.pathname)
  if (moved !== undefined) response.writeHead(302, { location: moved }).end()
  else if (url.pathname === '/authorize') authorize(peer, url.searchParams, response)
  else if (url.pathname.startsWith('/.well-known/oauth-authorization-server'))
    json(response, 200, metadataOf(peer))
  else if (request.method === 'POST') await post(peer, url.pathname, request, response)
  else json(response, 404, {})
}

async function post(
  peer: AuthorizationPeer,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await bodyOf(request)
  const body = new URLSearchParams(text)
  if (path === '/register') register(peer, JSON.parse(text) as Body, response)
  else if (path === '/token') await answerTokenRequest(peer, request, { body, response })
  else if (path === '/revoke') revoke(peer, body.get('token') ?? '', response)
  else json(response, 404, {})
}

function revoke(peer: AuthorizationPeer, token: string, response: ServerResponse): void {
  peer.revoked.push(token)
  peer.tokens.delete(token)
  peer.refreshTokens.delete(token)
  response.writeHead(200).end()
}

function metadataOf({ issuer, behaviour }: AuthorizationPeer): unknown {
  const document = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    revocation_endpoint: `${issuer}/revoke`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    token_endpoint_auth_methods_supported: [
      'none',
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
    ],
  }
  return behaviour.metadata === undefined ? document : behaviour.metadata(document)
}

function register(peer: AuthorizationPeer, asked: Body, response: ServerResponse): void {
  peer.counts.register++
  const id = `client-${peer.clients.size + 1}-${randomBytes(4).toString('hex')}`
  const redirectUris = asked['redirect_uris'] as string[]
  peer.clients.set(id, { redirectUris })
  const document = { ...asked, client_id: id }
  json(
    response,
    201,
    peer.behaviour.registration === undefined ? document : peer.behaviour.registration(document),
  )
}

/** The person agrees at once. */
function authorize(peer: AuthorizationPeer, asked: URLSearchParams, response: ServerResponse): void {
  peer.counts.authorize++
  const field = (name: string): string => asked.get(name) ?? ''
  const [client, redirectUri, state] = [field('client_id'), field('redirect_uri'), field('state')]
  if (!isWhole(peer, asked)) {
    json(response, 400, { error: 'invalid_request' })
    return
  }
  const code = canary('code')
  const kept = {
    client,
    redirectUri,
    challenge: field('code_challenge'),
    resource: field('resource'),
    scope: field('scope'),
  }
  peer.codes.set(code, kept)
  const query = new URLSearchParams({ code, state, iss: peer.issuer })
  const answered = peer.behaviour.answer?.(query, asked) ?? query
  response.writeHead(302, { location: `${redirectUri}?${answered.toString()}` }).end()
}

function isWhole({ clients }: AuthorizationPeer, asked: URLSearchParams): boolean {
  const client = clients.get(asked.get('client_id') ?? '')
  const isKnown =
    client?.redirectUris.some((known) => matches(known, asked.get('redirect_uri') ?? '')) === true
  return (
    isKnown && asked.get('code_challenge_method') === 'S256' && asked.has('resource') && asked.has('state')
  )
}

/** RFC 8252, 7.3: any port of the loopback interface, where the registration names none. */
function matches(known: string, given: string): boolean {
  const [one, other] = [new URL(known), new URL(given)]
  return (
    known === given || (one.port === '' && one.hostname === other.hostname && one.pathname === other.pathname)
  )
}
