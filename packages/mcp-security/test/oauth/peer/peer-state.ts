import type { RequestListener } from 'node:http'

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

/** A JSON object. */
export type Body = Record<string, unknown>

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
