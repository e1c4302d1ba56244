import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

import { answerTokenRequest } from './token-endpoint.ts'

/** A client that a peer knows. */
export interface PeerClient {
  readonly secret?: string
  readonly redirectUris: readonly string[]
  readonly method?: string
}

/** An access token that a peer gave. */
export interface PeerToken {
  readonly client: string
  readonly resource: string
  readonly scope: string
  readonly family: string
  readonly thumbprint?: string | undefined
  expiresAt: number
}

/** What a peer remembers of a login until its code is redeemed. */
export interface PeerCode {
  readonly client: string
  readonly redirectUri: string
  readonly challenge: string
  readonly resource: string
  readonly scope: string
}

type Body = Record<string, unknown>

/** How a peer differs from a well-behaved one. Everything may be changed while it runs. */
export interface PeerBehaviour {
  metadata?: (document: Body) => unknown
  /** The query that goes back with a code. */
  answer?: (query: URLSearchParams, request: URLSearchParams) => URLSearchParams
  /** Where the browser is sent with it. */
  registration?: (document: Body) => unknown
  tokens?: (answer: Body, request: URLSearchParams) => unknown
  /** Awaited before a refresh token is looked at. */
  beforeRefresh?: () => Promise<void>
  /** Awaited once it was exchanged, before the answer goes out. */
  afterRefresh?: () => Promise<void>
  /** Milliseconds. */
  lifetime?: number
  /** Whether a refresh token that was used gives its successor once more, as RFC 9700 allows for lost answers. */
  grace?: boolean
  nonce?: string
  redirect?: (path: string) => string | undefined
}

/** An authorisation server that does what the standards say: PKCE, resource indicators, rotation with reuse detection, DPoP, revocation. */
export interface AuthorizationPeer {
  readonly issuer: string
  readonly listener: RequestListener
  readonly behaviour: PeerBehaviour
  readonly clients: Map<string, PeerClient>
  readonly codes: Map<string, PeerCode>
  readonly tokens: Map<string, PeerToken>
  /** Refresh tokens and what they are for; `next` once they were used. */
  readonly refreshTokens: Map<string, { readonly of: Omit<PeerToken, 'expiresAt'>; next?: Body }>
  readonly revoked: string[]
  readonly counts: { authorize: number; refresh: number; reuse: number; register: number }
  readonly tokenRequests: {
    readonly body: URLSearchParams
    readonly authorization: string | undefined
    readonly dpop: string | undefined
  }[]
  now: () => number
}

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

/** A fresh secret. Its prefix is what tests search for where no token may be. */
export function canary(kind: string): string {
  return `CANARY-${kind}-${randomBytes(16).toString('base64url')}`
}

async function answer(
  peer: AuthorizationPeer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '', peer.issuer)
  const moved = peer.behaviour.redirect?.(url.pathname)
  if (moved !== undefined) return void response.writeHead(302, { location: moved }).end()
  if (url.pathname === '/authorize') return authorize(peer, url.searchParams, response)
  if (request.method === 'GET') {
    const isMetadata = url.pathname.startsWith('/.well-known/oauth-authorization-server')
    return isMetadata ? json(response, 200, metadataOf(peer)) : json(response, 404, {})
  }
  const text = await bodyOf(request)
  if (url.pathname === '/register') return register(peer, JSON.parse(text) as Body, response)
  const body = new URLSearchParams(text)
  if (url.pathname === '/token') return answerTokenRequest(peer, request, { body, response })
  if (url.pathname === '/revoke') {
    peer.revoked.push(body.get('token') ?? '')
    peer.tokens.delete(body.get('token') ?? '')
    peer.refreshTokens.delete(body.get('token') ?? '')
    return void response.writeHead(200).end()
  }
  json(response, 404, {})
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
  const client = peer.clients.get(asked.get('client_id') ?? '')
  const redirectUri = asked.get('redirect_uri') ?? ''
  const isKnown = client?.redirectUris.some((known) => matches(known, redirectUri)) === true
  const isWhole = asked.get('code_challenge_method') === 'S256' && asked.has('resource') && asked.has('state')
  if (!isKnown || !isWhole) return json(response, 400, { error: 'invalid_request' })
  const code = canary('code')
  peer.codes.set(code, {
    client: asked.get('client_id') ?? '',
    redirectUri,
    challenge: asked.get('code_challenge') ?? '',
    resource: asked.get('resource') ?? '',
    scope: asked.get('scope') ?? '',
  })
  const query = new URLSearchParams({ code, state: asked.get('state') ?? '', iss: peer.issuer })
  const answered = peer.behaviour.answer?.(query, asked) ?? query
  response.writeHead(302, { location: `${redirectUri}?${answered.toString()}` }).end()
}

/** RFC 8252, 7.3: any port of the loopback interface, where the registration names none. */
function matches(known: string, given: string): boolean {
  const [one, other] = [new URL(known), new URL(given)]
  return (
    known === given || (one.port === '' && one.hostname === other.hostname && one.pathname === other.pathname)
  )
}

/** Whether a verifier is that of a challenge (RFC 7636, S256). */
export function isVerifier(verifier: string, challenge: string): boolean {
  return createHash('sha256').update(verifier).digest('base64url') === challenge
}

/** Answers JSON, or a string as it is. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
    .end(typeof body === 'string' ? body : JSON.stringify(body))
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
