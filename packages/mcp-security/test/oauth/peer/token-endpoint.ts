import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { calculateJwkThumbprint, decodeJwt, EmbeddedJWK, type JWK, jwtVerify } from 'jose'

import { canary, isVerifier, json } from './answering.ts'
import type { AuthorizationPeer, PeerToken } from './peer-state.ts'

interface TokenRequest {
  readonly body: URLSearchParams
  readonly response: ServerResponse
}

type Grant = Omit<PeerToken, 'expiresAt'>

/** What a refused request is answered with. */
class Refusal extends Error {}

/** Answers a request for tokens as RFC 6749 says, with PKCE, resource indicators, rotation and DPoP. */
export async function answerTokenRequest(
  peer: AuthorizationPeer,
  request: IncomingMessage,
  { body, response }: TokenRequest,
): Promise<void> {
  const { authorization, dpop } = request.headers
  const proof = typeof dpop === 'string' ? dpop : undefined
  peer.tokenRequests.push({ body, authorization, dpop: proof })
  const { nonce } = peer.behaviour
  try {
    const client = authenticated(peer, body, authorization)
    if (proof !== undefined && nonce !== undefined && decodeJwt(proof)['nonce'] !== nonce)
      throw new Refusal('use_dpop_nonce')
    const thumbprint = proof === undefined ? undefined : await thumbprintOf(proof)
    const answered = await byGrant(peer, body, { client, thumbprint })
    json(response, 200, peer.behaviour.tokens?.(answered, body) ?? answered)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    json(
      response,
      400,
      { error: error.message, error_description: canary('description') },
      nonce === undefined ? {} : { 'dpop-nonce': nonce },
    )
  }
}

async function byGrant(
  peer: AuthorizationPeer,
  body: URLSearchParams,
  { client, thumbprint }: { readonly client: string; readonly thumbprint: string | undefined },
): Promise<Record<string, unknown>> {
  const resource = body.get('resource')
  if (resource === null) throw new Refusal('invalid_target')
  const fresh = {
    client,
    resource,
    scope: body.get('scope') ?? '',
    family: randomBytes(8).toString('hex'),
    thumbprint,
  }
  switch (body.get('grant_type')) {
    case 'authorization_code':
      return give(peer, redeemed(peer, body, fresh))
    case 'refresh_token':
      return refreshed(peer, body)
    case 'client_credentials':
    case 'urn:ietf:params:oauth:grant-type:jwt-bearer':
      return { ...give(peer, fresh), refresh_token: undefined }
    default:
      throw new Refusal('unsupported_grant_type')
  }
}

function redeemed(peer: AuthorizationPeer, body: URLSearchParams, fresh: Grant): Grant {
  const code = peer.codes.get(body.get('code') ?? '')
  peer.codes.delete(body.get('code') ?? '')
  const isRight =
    code !== undefined &&
    code.client === fresh.client &&
    code.redirectUri === body.get('redirect_uri') &&
    code.resource === fresh.resource &&
    isVerifier(body.get('code_verifier') ?? '', code.challenge)
  if (!isRight) throw new Refusal('invalid_grant')
  return { ...fresh, scope: code.scope }
}

/** RFC 9700, 4.14: a refresh token counts once; a second use ends its family, unless the peer bears that an answer was lost. */
async function refreshed(peer: AuthorizationPeer, body: URLSearchParams): Promise<Record<string, unknown>> {
  peer.counts.refresh++
  await peer.behaviour.beforeRefresh?.()
  const kept = peer.refreshTokens.get(body.get('refresh_token') ?? '')
  if (kept === undefined) throw new Refusal('invalid_grant')
  if (kept.next !== undefined) {
    if (peer.behaviour.grace === true) return kept.next
    peer.counts.reuse++
    for (const tokens of [peer.tokens, peer.refreshTokens]) endFamily(tokens, kept.of.family)
    throw new Refusal('invalid_grant')
  }
  kept.next = give(peer, kept.of)
  await peer.behaviour.afterRefresh?.()
  return kept.next
}

function endFamily(tokens: Map<string, PeerToken | { readonly of: Grant }>, family: string): void {
  for (const [token, of] of tokens) if (('of' in of ? of.of : of).family === family) tokens.delete(token)
}

function give(peer: AuthorizationPeer, grant: Grant): Record<string, unknown> {
  const [accessToken, refreshToken] = [canary('access'), canary('refresh')]
  const lifetime = peer.behaviour.lifetime ?? 3_600_000
  peer.tokens.set(accessToken, { ...grant, expiresAt: peer.now() + lifetime })
  peer.refreshTokens.set(refreshToken, { of: grant })
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    token_type: grant.thumbprint === undefined ? 'Bearer' : 'DPoP',
    expires_in: lifetime / 1000,
    ...(grant.scope !== '' && { scope: grant.scope }),
  }
}

function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

function authenticated(peer: AuthorizationPeer, body: URLSearchParams, authorization = ''): string {
  const [user, password] = basicPair(authorization)
  const id = user ?? body.get('client_id') ?? ''
  const client = peer.clients.get(id)
  if (client === undefined) throw new Refusal('invalid_client')
  const secret = password ?? body.get('client_secret') ?? undefined
  const isRight = client.method === 'private_key_jwt' ? isSignedBy(id, body) : client.secret === secret
  if (!isRight) throw new Refusal('invalid_client')
  return id
}

function basicPair(authorization: string): readonly string[] {
  const basic = /^Basic (.+)$/.exec(authorization)?.[1]
  return basic === undefined ? [] : Buffer.from(basic, 'base64').toString().split(':').map(formDecoded)
}

function isSignedBy(id: string, body: URLSearchParams): boolean {
  return decodeJwt(body.get('client_assertion') ?? '').iss === id
}

/** The thumbprint of the key that signed a proof. */
export async function thumbprintOf(proof: string): Promise<string> {
  const { protectedHeader } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt' })
  // EmbeddedJWK verified with it.
  return calculateJwkThumbprint(protectedHeader.jwk as JWK)
}
