import type { AuthorizationServer } from 'oauth4webapi'

import { isSameIssuer } from '../discovery/discover.ts'
import { loginRequired, oauthFailure } from '../oauth-failure.ts'
import type { SessionParts } from '../session-parts.ts'
import type { KnownClient } from '../tokens/client-authentication.ts'
import type { Binding } from '../tokens/credentials.ts'
import { registerClient } from './register-client.ts'

/** The registration that was made beforehand; `undefined` without one. Fails `credentials-bound-elsewhere` where it was made for another issuer. */
export function settledClient(
  { options, defences, server }: SessionParts,
  issuer: AuthorizationServer,
  binding: Binding | undefined,
): KnownClient | undefined {
  const { id, secret, privateKey, issuer: own } = options.client ?? {}
  if (id === undefined) return undefined
  const bound = own ?? binding?.issuer
  if (defences.issuerBinding && bound !== undefined && !isSameIssuer(bound, issuer.issuer))
    throw oauthFailure(
      'credentials-bound-elsewhere',
      `${server.origin} is guarded by ${issuer.issuer} now, but the client's credentials are those of ${bound}; they were not sent. If the move is right, register there and change the settings.`,
    )
  return { id, ...(secret !== undefined && { secret }), ...(privateKey !== undefined && { privateKey }) }
}

/** The client for a grant without a browser: one made beforehand. */
export function requiredClient(
  parts: SessionParts,
  issuer: AuthorizationServer,
  binding: Binding | undefined,
): KnownClient {
  const client = settledClient(parts, issuer, binding)
  if (client !== undefined) return client
  throw loginRequired(
    parts.server,
    'its grant takes a client that is registered. Set client.id and its secret or key.',
  )
}

/**
 * The client for a login: registered beforehand, else by its metadata document, else by a registration that is made now (RFC 7591), else somebody has to be asked.
 */
export async function resolveClient(
  parts: SessionParts,
  issuer: AuthorizationServer,
  {
    binding,
    redirectUri,
    signal,
  }: { readonly binding: Binding | undefined; readonly redirectUri: string; readonly signal: AbortSignal },
): Promise<KnownClient> {
  const settled = settledClient(parts, issuer, binding)
  if (settled !== undefined) return settled
  const { metadataUrl } = parts.options.client ?? {}
  if (metadataUrl !== undefined && usesDocument(parts, issuer)) return { id: metadataUrl }
  const kept = await keptRegistration(parts, issuer)
  if (kept?.redirectUri === redirectUri) return kept
  if (issuer.registration_endpoint !== undefined)
    return registerClient(parts, issuer, { redirectUri, signal })
  throw loginRequired(
    parts.server,
    `${issuer.issuer} takes no registrations from programs. Register keepup there by hand, and set client.id.`,
  )
}

/** Whether this client is known to an issuer by its metadata document. */
export function usesDocument({ options }: SessionParts, issuer: AuthorizationServer): boolean {
  return options.client?.metadataUrl !== undefined && issuer['client_id_metadata_document_supported'] === true
}

/** The registration that was made with this issuer for this server, while it holds. */
export async function keptRegistration(
  { credentials, clock }: SessionParts,
  issuer: AuthorizationServer,
): Promise<(KnownClient & { readonly redirectUri: string }) | undefined> {
  const kept = await credentials.registration(issuer.issuer)
  if (kept === undefined || (kept.expiresAt !== undefined && kept.expiresAt <= clock.now())) return undefined
  return kept
}
