import type { Client } from 'oauth4webapi'

import type { Discovered } from '../discovery/discover.ts'
import { keptRegistration, settledClient, usesDocument } from '../registration/resolve-client.ts'
import type { SessionParts } from '../session-parts.ts'
import { clientAuthentication, type KnownClient } from './client-authentication.ts'
import type { Binding, Tokens } from './credentials.ts'
import { redeemRefreshToken, type TokenAnswer } from './request-tokens.ts'

/** Refreshes tokens; `undefined` where there is nothing to refresh them with. */
export async function refreshTokens(
  parts: SessionParts,
  tokens: Tokens,
  {
    found,
    binding,
    signal,
  }: { readonly found: Discovered; readonly binding: Binding; readonly signal: AbortSignal },
): Promise<TokenAnswer | undefined> {
  const known = await knownClient(parts, found, binding)
  if (tokens.refreshToken === undefined || known === undefined) return undefined
  const client: Client = { client_id: known.id }
  const authentication = clientAuthentication(known, found.issuer)
  const proof = tokens.dpopKey === undefined ? undefined : parts.openProof(tokens.dpopKey)
  const request = {
    parts,
    issuer: found.issuer,
    client,
    authentication,
    resource: found.resource,
    proof,
    signal,
  }
  return redeemRefreshToken(request, tokens, tokens.refreshToken)
}

/** The client that the tokens of a binding were given to. */
export async function knownClient(
  parts: SessionParts,
  { issuer }: Pick<Discovered, 'issuer'>,
  binding: Binding,
): Promise<KnownClient | undefined> {
  const { metadataUrl } = parts.options.client ?? {}
  const settled = settledClient(parts, issuer, binding)
  if (settled !== undefined) return settled
  return metadataUrl !== undefined && usesDocument(parts, issuer)
    ? { id: metadataUrl }
    : keptRegistration(parts, issuer)
}
