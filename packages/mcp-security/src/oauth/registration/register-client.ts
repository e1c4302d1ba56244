import type { AuthorizationServer } from 'oauth4webapi'

import { type Document, stringIn, stringsIn } from '../discovery/fetch-document.ts'
import { checkUrl } from '../network/check-url.ts'
import { oauthFailure } from '../oauth-failure.ts'
import type { OAuthOptions } from '../oauth-options.ts'
import type { SessionParts } from '../session-parts.ts'
import type { Registration } from '../tokens/credentials.ts'

const methods = ['none', 'client_secret_basic', 'client_secret_post']

/** Registers this client with an issuer (RFC 7591) and keeps that, by issuer and server. Fails `registration-refused`. */
export async function registerClient(
  parts: SessionParts,
  issuer: AuthorizationServer,
  { redirectUri, signal }: { readonly redirectUri: string; readonly signal: AbortSignal },
): Promise<Registration> {
  const endpoint = checkUrl(
    'registration_endpoint',
    issuer.registration_endpoint ?? '',
    parts.network,
    parts.defences,
  )
  const response = await parts.fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(metadataOf(parts, issuer, redirectUri)),
    signal,
  })
  const answer = response.status === 200 || response.status === 201 ? await objectIn(response) : undefined
  if (answer === undefined)
    throw refused(
      issuer,
      `refused to register this client (status ${response.status}). Register it by hand, and set client.id.`,
    )
  const registration = readRegistration(answer, redirectUri, { parts, issuer })
  await parts.credentials.saveRegistration(issuer.issuer, registration)
  parts.report({ type: 'registered', issuer: issuer.issuer })
  return registration
}

/** What is said of this client: also what its metadata document has to say. */
export function metadataOf(
  { options }: { readonly options: Pick<OAuthOptions, 'client'> },
  issuer: AuthorizationServer | undefined,
  redirectUri: string,
): object {
  const supported = issuer?.token_endpoint_auth_methods_supported
  return {
    client_name: options.client?.name ?? 'keepup',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'native',
    token_endpoint_auth_method:
      supported === undefined ? 'none' : (methods.find((method) => supported.includes(method)) ?? 'none'),
  }
}

async function objectIn(response: Response): Promise<Document | undefined> {
  try {
    const value: unknown = await response.json()
    // An object that is no array is a record of unknown values.
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Document)
      : undefined
  } catch {
    return undefined
  }
}

function readRegistration(
  answer: Document,
  redirectUri: string,
  { parts, issuer }: { readonly parts: SessionParts; readonly issuer: AuthorizationServer },
): Registration {
  const id = stringIn(answer, 'client_id') ?? ''
  if (id === '') throw refused(issuer, 'registered this client without an id. Tell whoever runs it.')
  if (parts.defences.registrationEcho && !isEcho(answer, redirectUri))
    throw refused(
      issuer,
      'registered other redirect URIs than were asked for, which would send codes elsewhere. The registration is not used. Tell whoever runs it.',
    )
  const method = stringIn(answer, 'token_endpoint_auth_method')
  if (method !== undefined && !methods.includes(method))
    throw refused(
      issuer,
      'registered a way for this client to prove itself that it did not ask for and does not know. Register it by hand, and set client.id.',
    )
  return { id, redirectUri, ...(method !== undefined && { method }), ...secretOf(answer) }
}

function isEcho(answer: Document, redirectUri: string): boolean {
  if (answer['redirect_uris'] === undefined) return true
  const uris = stringsIn(answer, 'redirect_uris') ?? []
  return uris.length === 1 && uris[0] === redirectUri
}

function secretOf(answer: Document): Pick<Registration, 'secret' | 'expiresAt'> {
  const secret = stringIn(answer, 'client_secret')
  const expires = answer['client_secret_expires_at']
  if (secret === undefined) return {}
  return typeof expires === 'number' && expires > 0 ? { secret, expiresAt: expires * 1000 } : { secret }
}

function refused(issuer: AuthorizationServer, what: string): Error {
  return oauthFailure('registration-refused', `${issuer.issuer} ${what}`)
}
