import type { Fetch } from '@keepup/core'

import type { Defences } from './defences.ts'
import { oauthFailure } from './oauth-failure.ts'
import type { ReplayableRequest } from './replayable-request.ts'
import type { SessionParts } from './session-parts.ts'
import type { Tokens } from './tokens/credentials.ts'
import { fetchWithProof } from './tokens/proof-key.ts'

/** @limit How many redirects of the server are followed with a token. */
const mostRedirects = 3

/**
 * Sends a request to the server with its token in the header, never in the URL, and to no other origin: a redirect that leaves it fails `redirect-refused`, also without a
 * token, as a challenge from elsewhere would be taken for the server's. What the
 * caller put into `Authorization` is dropped.
 */
export async function sendAuthorised(
  next: Fetch,
  request: ReplayableRequest,
  { tokens, parts }: { readonly tokens: Tokens | undefined; readonly parts: SessionParts },
): Promise<Response> {
  let at = request
  for (let hops = 0; ; hops++) {
    const response = await sendOnce(next, at, { tokens, parts })
    const location = response.headers.get('location')
    const isMoved = [301, 302, 303, 307, 308].includes(response.status)
    if (!isMoved || location === null || request.redirect === 'manual') return response
    await response.body?.cancel()
    const to = URL.parse(location, at.url.href)
    const mayFollow = hops < mostRedirects && request.redirect === 'follow'
    if (to === null || !mayFollow || !stays(at.url, to, parts.defences))
      throw oauthFailure(
        'redirect-refused',
        `${at.url.origin} redirects a call elsewhere, or more than ${mostRedirects} times; it was not followed. If the server has moved, change its URL.`,
      )
    at = redirected(at, to, response.status)
  }
}

function sendOnce(
  next: Fetch,
  request: ReplayableRequest,
  { tokens, parts }: { readonly tokens: Tokens | undefined; readonly parts: SessionParts },
): Promise<Response> {
  const headers = new Headers(request.headers)
  if (parts.defences.noPassthrough) {
    headers.delete('authorization')
    headers.delete('dpop')
  }
  const { dpopKey } = tokens ?? {}
  if (tokens !== undefined && dpopKey !== undefined)
    return fetchWithProof(
      next,
      { ...request, headers },
      { accessToken: tokens.accessToken, proof: parts.openProof(dpopKey) },
    )
  if (tokens !== undefined && !headers.has('authorization'))
    headers.set('authorization', `Bearer ${tokens.accessToken}`)
  const { method, body, signal, init } = request
  return next(request.url.href, { ...init, method, headers, redirect: 'manual', signal, body: body ?? null })
}

function stays(from: URL, to: URL, { tokenOrigin }: Defences): boolean {
  return !tokenOrigin || to.origin === from.origin
}

/** As `fetch` does: other methods than GET and HEAD become GET, unless the status says to keep them. */
function redirected(request: ReplayableRequest, url: URL, status: number): ReplayableRequest {
  const keeps = status === 307 || status === 308 || request.method === 'GET' || request.method === 'HEAD'
  return keeps ? { ...request, url } : { ...request, url, method: 'GET', body: undefined }
}
