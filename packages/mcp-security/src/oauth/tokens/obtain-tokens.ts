import type { AuthorizationServer, Client } from 'oauth4webapi'

import { stringIn } from '../discovery/fetch-document.ts'
import { checkUrl } from '../network/check-url.ts'
import { oauthFailure } from '../oauth-failure.ts'
import type { IdentityProvider } from '../oauth-options.ts'
import { requiredClient, settledClient } from '../registration/resolve-client.ts'
import type { SessionParts } from '../session-parts.ts'
import { clientAuthentication } from './client-authentication.ts'
import { logIn, type TokenAim } from './log-in.ts'
import { makeProofKey } from './proof-key.ts'
import { redeemGrant, type TokenAnswer, type TokenRequest } from './request-tokens.ts'

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** Gets tokens by the grant that the options name. One request: a refusal is neither tried again nor answered by another grant. */
export async function obtainTokens(parts: SessionParts, aim: TokenAim): Promise<TokenAnswer> {
  const { grant = { type: 'authorization-code' } } = parts.options
  const { issuer, resource } = aim.found
  switch (grant.type) {
    case 'authorization-code':
      return logIn(parts, aim)
    case 'client-credentials':
      return redeemGrant(await requestOf(parts, aim), 'client_credentials', {
        parameters: {},
        asked: aim.scopes,
      })
    case 'jwt-bearer': {
      const request = await requestOf(parts, aim)
      const assertion = await grant.assertion({ issuer: issuer.issuer, resource })
      return redeemGrant(request, jwtBearer, { parameters: { assertion }, asked: aim.scopes })
    }
    case 'enterprise-managed': {
      const request = await requestOf(parts, aim)
      const assertion = await assertionOf(parts, grant.provider, aim)
      return redeemGrant(request, jwtBearer, { parameters: { assertion }, asked: aim.scopes })
    }
  }
}

/** A request by a client that needs no person. A workload's token may say who the client is, so that it needs no registration. */
async function requestOf(parts: SessionParts, { found, binding, signal }: TokenAim): Promise<TokenRequest> {
  const known =
    parts.options.grant?.type === 'jwt-bearer'
      ? settledClient(parts, found.issuer, binding)
      : requiredClient(parts, found.issuer, binding)
  const client: Client = { client_id: known?.id ?? parts.server.origin }
  const authentication = known === undefined ? () => {} : clientAuthentication(known, found.issuer)
  const proof = parts.options.dpop === true ? await makeProofKey() : undefined
  return { parts, issuer: found.issuer, client, authentication, resource: found.resource, proof, signal }
}

/** Exchanges the user's ID token for an identity assertion for one issuer and one resource (RFC 8693; ID-JAG, draft-ietf-oauth-identity-assertion-authz-grant). */
async function assertionOf(
  parts: SessionParts,
  provider: IdentityProvider,
  { found, scopes, signal }: TokenAim,
): Promise<string> {
  const endpoint = checkUrl(
    'tokenEndpoint of the identity provider',
    provider.tokenEndpoint,
    parts.network,
    parts.defences,
  )
  const asIssuer: AuthorizationServer = { issuer: endpoint.origin, token_endpoint: endpoint.href }
  const { clientId, clientSecret } = provider
  const authentication = clientAuthentication(
    {
      id: clientId,
      ...(clientSecret !== undefined && { secret: clientSecret, method: 'client_secret_post' }),
    },
    asIssuer,
  )
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
    audience: found.issuer.issuer,
    resource: found.resource,
    subject_token: await provider.idToken(),
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
  })
  const headers = new Headers({
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  })
  await authentication(asIssuer, { client_id: clientId }, body, headers)
  const response = await parts.fetch(endpoint, { method: 'POST', headers, body, redirect: 'manual', signal })
  const answer: unknown = response.status === 200 ? await response.json().catch(() => undefined) : undefined
  const document = typeof answer === 'object' && answer !== null ? { ...answer } : {}
  const assertion = stringIn(document, 'access_token')
  const isAssertion = stringIn(document, 'issued_token_type') === 'urn:ietf:params:oauth:token-type:id-jag'
  if (assertion === undefined || !isAssertion)
    throw oauthFailure(
      'grant-refused',
      `The identity provider at ${endpoint.host} gave no assertion for ${parts.server.origin} (status ${response.status}). Ask your administrator to allow it, or log in there anew.`,
    )
  return assertion
}
