import {
  authorizationCodeGrantRequest,
  type AuthorizationServer,
  type Client,
  type ClientAuth,
  type DPoPHandle,
  expectNoNonce,
  genericTokenEndpointRequest,
  isDPoPNonceError,
  processAuthorizationCodeResponse,
  processGenericTokenEndpointResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  ResponseBodyError,
  type TokenEndpointResponse,
} from 'oauth4webapi'

import { readScopes } from '../discovery/read-challenges.ts'
import { oauthFailure } from '../oauth-failure.ts'
import type { SessionParts } from '../session-parts.ts'
import type { Tokens } from './credentials.ts'
import type { ProofKey } from './proof-key.ts'
import { type SentBy, sentBy } from './sent-by.ts'

/** In seconds: ten years. A longer life is no number of milliseconds any more. */
const longestLife = 315_360_000

/** What a request for tokens is made of. */
export interface TokenRequest {
  readonly parts: SessionParts
  readonly issuer: AuthorizationServer
  readonly client: Client
  readonly authentication: ClientAuth
  readonly resource: string
  readonly proof: ProofKey | undefined
  readonly signal: AbortSignal
}

/** Tokens, or why the issuer gives none: an error code of RFC 6749, 5.2. */
export type TokenAnswer =
  | { readonly type: 'granted'; readonly tokens: Tokens }
  | { readonly type: 'refused'; readonly error: string }

/** Redeems an authorisation code. */
export function redeemCode(
  request: TokenRequest,
  code: {
    readonly response: URLSearchParams
    readonly redirectUri: string
    readonly verifier: string
    readonly asked: readonly string[]
  },
): Promise<TokenAnswer> {
  const { issuer, client, authentication, resource } = request
  return ask(request, code.asked, {
    send: () =>
      authorizationCodeGrantRequest(
        issuer,
        client,
        authentication,
        code.response,
        code.redirectUri,
        code.verifier,
        {
          ...sendingOf(request),
          additionalParameters: { resource },
        },
      ),
    read: (response) =>
      processAuthorizationCodeResponse(issuer, client, response, { expectedNonce: expectNoNonce }),
  })
}

/** Redeems a refresh token. Where the issuer gives no new one, the old one goes on. */
export async function redeemRefreshToken(
  request: TokenRequest,
  held: Tokens,
  refreshToken: string,
): Promise<TokenAnswer> {
  const { issuer, client, authentication, resource } = request
  const answer = await ask(request, held.scopes, {
    send: () =>
      refreshTokenGrantRequest(issuer, client, authentication, refreshToken, {
        ...sendingOf(request),
        additionalParameters: { resource },
      }),
    read: (response) => processRefreshTokenResponse(issuer, client, response),
  })
  if (answer.type === 'refused' || answer.tokens.refreshToken !== undefined) return answer
  return { ...answer, tokens: { ...answer.tokens, refreshToken } }
}

/** Asks for tokens by any other grant. */
export function redeemGrant(
  request: TokenRequest,
  grantType: string,
  {
    parameters,
    asked,
  }: { readonly parameters: Readonly<Record<string, string>>; readonly asked: readonly string[] },
): Promise<TokenAnswer> {
  const { issuer, client, authentication, resource } = request
  const scope = asked.length === 0 ? {} : { scope: asked.join(' ') }
  return ask(request, asked, {
    send: () =>
      genericTokenEndpointRequest(
        issuer,
        client,
        authentication,
        grantType,
        { ...parameters, ...scope, resource },
        sendingOf(request),
      ),
    read: (response) => processGenericTokenEndpointResponse(issuer, client, response),
  })
}

function sendingOf({ parts, proof, signal }: TokenRequest): SentBy & { readonly DPoP?: DPoPHandle } {
  return { ...sentBy(parts.fetch, signal), ...(proof !== undefined && { DPoP: proof.handle }) }
}

interface Exchanging {
  readonly send: () => Promise<Response>
  readonly read: (response: Response) => Promise<TokenEndpointResponse>
}

async function ask(
  request: TokenRequest,
  asked: readonly string[],
  { send, read }: Exchanging,
): Promise<TokenAnswer> {
  const once = async (): Promise<TokenEndpointResponse> => read(await filtered(await send(), request))
  try {
    const answer = await once().catch((error: unknown) => {
      if (request.proof === undefined || !isDPoPNonceError(error)) throw error
      return once()
    })
    return { type: 'granted', tokens: tokensOf(answer, asked, request) }
  } catch (error) {
    if (error instanceof ResponseBodyError) return { type: 'refused', error: codeOf(error) }
    request.signal.throwIfAborted()
    throw error instanceof Error && 'details' in error ? error : unreadable(request, error)
  }
}

/** The undefended form drops an ID token unread; it is never used. */
async function filtered(response: Response, { parts }: TokenRequest): Promise<Response> {
  if (parts.defences.idTokenClaims || response.status !== 200) return response
  const { id_token: _, ...others } = (await response.json()) as Record<string, unknown>
  return Response.json(others)
}

function tokensOf(
  answer: TokenEndpointResponse,
  asked: readonly string[],
  { parts, issuer, proof }: TokenRequest,
): Tokens {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: lifetime, scope } = answer
  const type = answer.token_type === 'dpop' ? 'dpop' : 'bearer'
  if ((type === 'dpop') !== (proof !== undefined))
    throw oauthFailure(
      'token-invalid',
      `${issuer.issuer} gave a token ${type === 'dpop' ? 'bound to a key that nobody named' : 'that is not bound to the key (RFC 9449), though that was asked for'}. It was dropped. Check the setting dpop.`,
    )
  if (!/^[\x21-\x7E]+$/.test(accessToken))
    throw oauthFailure(
      'token-invalid',
      `${issuer.issuer} gave a token that no header can hold. It was dropped.`,
    )
  const now = parts.clock.now()
  return {
    accessToken,
    type,
    obtainedAt: now,
    scopes: scope === undefined ? asked : readScopes(scope),
    ...(lifetime !== undefined && { expiresAt: now + Math.min(lifetime, longestLife) * 1000 }),
    ...(refreshToken !== undefined && { refreshToken }),
    ...(proof !== undefined && { dpopKey: proof.jwk }),
  }
}

/** The error code alone: descriptions are the other side's words. */
function codeOf({ error }: ResponseBodyError): string {
  return /^[\w.-]{1,60}$/.test(error) ? error : 'unreadable_error'
}

function unreadable({ issuer }: TokenRequest, cause: unknown): Error {
  return oauthFailure(
    'token-invalid',
    `${issuer.issuer} answered a request for tokens with what cannot be trusted as an answer. Nothing of it was kept. Try again, or tell whoever runs it.`,
    cause,
  )
}
