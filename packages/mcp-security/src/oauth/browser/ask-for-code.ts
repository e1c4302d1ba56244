import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

import { type Milliseconds, startAlarm } from '@keepup/core'
import {
  type AuthorizationServer,
  calculatePKCECodeChallenge,
  type Client,
  generateRandomCodeVerifier,
  skipStateCheck,
  validateAuthResponse,
} from 'oauth4webapi'

import { checkUrl } from '../network/check-url.ts'
import { failedFor, loginRequired, oauthFailure } from '../oauth-failure.ts'
import type { SessionParts } from '../session-parts.ts'
import type { RedirectListener } from './redirect-listener.ts'

/** @limit In milliseconds: how long somebody has to log in. */
const lifetime: Milliseconds = 10 * 60_000

/** @limit In characters: the longest address that a browser is opened for. */
const longestUrl = 16_000

/** What a login asks for. */
export interface CodeRequest {
  readonly issuer: AuthorizationServer
  readonly client: Client
  readonly resource: string
  readonly scopes: readonly string[]
  readonly listener: RedirectListener
  /** Of the key that the tokens will be bound to (RFC 9449, 10). */
  readonly keyThumbprint: string | undefined
  readonly signal: AbortSignal
}

/** An authorisation response that was checked, and the verifier that belongs to it. */
export interface CodeAnswer {
  readonly response: URLSearchParams
  readonly verifier: string
}

/**
 * Sends a person to the authorisation endpoint and waits for the answer: `state` must be this login's and counts once, `iss` must be the issuer (RFC 9207). Fails
 * `pkce-missing`, `state-mismatch`, `issuer-mismatch` or `login-failed`. What the other side wrote in an error is never shown.
 */
export async function askForCode(parts: SessionParts, request: CodeRequest): Promise<CodeAnswer> {
  requirePkce(parts, request.issuer)
  const verifier = generateRandomCodeVerifier()
  const state = randomBytes(32).toString('base64url')
  const url = await authorisationUrl(parts, request, { verifier, state })
  const late = new AbortController()
  const stop = startAlarm(parts.clock, lifetime, () =>
    late.abort(oauthFailure('login-failed', 'Nobody logged in within 10 minutes. Try again.')),
  )
  const signal = AbortSignal.any([request.signal, late.signal])
  try {
    const query = await answered(parts, url, { state, listener: request.listener, signal })
    return { response: checked(parts, request, query), verifier }
  } finally {
    stop()
  }
}

function requirePkce({ defences, options, report }: SessionParts, issuer: AuthorizationServer): void {
  const methods: unknown = issuer.code_challenge_methods_supported
  if (Array.isArray(methods) && methods.includes('S256')) return
  if (options.compatibility?.pkceNotAdvertised === true)
    report({ type: 'defence-waived', issuer: issuer.issuer, detail: 'PKCE is not advertised' })
  else if (defences.pkceAdvertised)
    throw oauthFailure(
      'pkce-missing',
      `${issuer.issuer} does not say that it checks PKCE with S256, so a stolen code would be enough to log in as you. No browser was opened. If it does all the same, set compatibility.pkceNotAdvertised.`,
    )
}

async function authorisationUrl(
  { network, defences }: SessionParts,
  { issuer, client, resource, scopes, listener, keyThumbprint }: CodeRequest,
  { verifier, state }: { readonly verifier: string; readonly state: string },
): Promise<URL> {
  const endpoint = issuer.authorization_endpoint
  if (endpoint === undefined)
    throw oauthFailure(
      'metadata-invalid',
      `${issuer.issuer} has no authorization_endpoint. Tell whoever runs it.`,
    )
  const url = checkUrl('authorization_endpoint', endpoint, network, defences)
  const parameters = {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: listener.redirectUri,
    state,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    resource,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    // OpenID Connect, 11: without it the refresh token may be left out.
    ...(scopes.includes('offline_access') && { prompt: 'consent' }),
    ...(keyThumbprint !== undefined && { dpop_jkt: keyThumbprint }),
  }
  // Replaces what the endpoint may hold of the same name.
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  url.hash = ''
  if (url.href.length > longestUrl)
    throw oauthFailure(
      'url-refused',
      `The login at ${url.host} would take an address of ${url.href.length} characters, which no browser opens. Give scopes that are fewer.`,
    )
  return url
}

async function answered(
  { options, server, defences, gate }: SessionParts,
  url: URL,
  {
    state,
    listener,
    signal,
  }: { readonly state: string; readonly listener: RedirectListener; readonly signal: AbortSignal },
): Promise<URLSearchParams> {
  const { openBrowser, paste } = options
  if (openBrowser === undefined && paste === undefined)
    throw loginRequired(server, 'nobody can be asked here. Log in first, with a browser.')
  const isOurs = once((query) => !defences.responseState || isSame(query.get('state') ?? '', state))
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  const ways: Promise<URLSearchParams>[] = [listener.answered(isOurs), aborted.promise]
  try {
    signal.throwIfAborted()
    gate.asked()
    // With both, either of them may fail, or hear nothing, as long as the other does not.
    const opening = openBrowser?.(url)
    if (paste === undefined) await Promise.race([opening, ...ways])
    else {
      opening?.catch(() => {})
      ways.push(pasted(await Promise.race([paste(url, signal), ...ways]), listener, isOurs))
    }
    return await Promise.race(ways)
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Reads what was pasted: the address that the browser ended at, or its query. */
async function pasted(
  given: string | URLSearchParams,
  { redirectUri }: RedirectListener,
  isOurs: (query: URLSearchParams) => boolean,
): Promise<URLSearchParams> {
  if (typeof given !== 'string') return given
  const url = URL.parse(given.trim(), redirectUri)
  if (url !== null && isOurs(url.searchParams)) return url.searchParams
  throw oauthFailure(
    'state-mismatch',
    'What was pasted is not the answer to this login. Paste the whole address at which the browser ended, once, or log in again.',
  )
}

function once(accepts: (query: URLSearchParams) => boolean): (query: URLSearchParams) => boolean {
  let isUsed = false
  return (query) => {
    if (isUsed || !accepts(query)) return false
    isUsed = true
    return true
  }
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function checked(
  { defences }: SessionParts,
  { issuer, client }: CodeRequest,
  query: URLSearchParams,
): URLSearchParams {
  const isOther = query.getAll('iss').some((named) => named !== issuer.issuer)
  const isMissing = issuer.authorization_response_iss_parameter_supported === true && !query.has('iss')
  if (defences.responseIssuer && (isOther || isMissing))
    throw oauthFailure(
      'issuer-mismatch',
      `The answer to the login is not from ${issuer.issuer} (RFC 9207), so the code in it was not used. Log in again; if that happens again, the server mixes up its users' logins.`,
    )
  const seen = new URLSearchParams(query)
  if (!defences.responseIssuer) seen.delete('iss')
  const known = defences.responseIssuer
    ? issuer
    : { ...issuer, authorization_response_iss_parameter_supported: false }
  try {
    return validateAuthResponse(known, client, seen, skipStateCheck)
  } catch (error) {
    if (failedFor(error, 'login-failed')) throw error
    const code = /^[\w.-]{1,60}$/.exec(query.get('error') ?? '')?.[0] ?? 'no readable code'
    throw oauthFailure(
      'login-failed',
      `${issuer.issuer} did not agree to the login (${code}). Try again, or ask whoever runs it.`,
    )
  }
}
