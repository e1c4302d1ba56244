import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'

import { type Clock, type Fetch, startAlarm } from '@keepup/core'

import type { Defences } from '../defences.ts'
import { oauthFailure } from '../oauth-failure.ts'
import { signalOf } from '../replayable-request.ts'
import { checkUrl } from './check-url.ts'
import { exchange, type SentRequest } from './exchange.ts'
import { hostOf, type NetworkParts } from './reach.ts'

/** @limit How many redirects a document of discovery may be moved by. */
const mostRedirects = 3

/**
 * A `fetch` for authorisation servers: checked URLs, judged and pinned addresses, answers that end. GETs follow redirects on their origin, unless the caller
 * asks for `manual`; nothing else follows any. No cookie, no proxy, no cache, no compression.
 */
export function guardedFetch(parts: NetworkParts & { readonly clock: Clock }, defences: Defences): Fetch {
  const trust = trustOf(parts)
  return async (input, init = {}) => {
    const late = new AbortController()
    const first = new Request(input, init)
    const stop = startAlarm(parts.clock, parts.time, () => late.abort(tooSlow(new URL(first.url), parts)))
    const signal = AbortSignal.any([signalOf(input, init), late.signal])
    try {
      const sent = await sentRequest(first)
      return await follow(sent, {
        isManual: init.redirect === 'manual',
        signal,
        parts,
        trust: trust(),
        defences,
      })
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      stop()
    }
  }
}

interface Following {
  readonly isManual: boolean
  readonly signal: AbortSignal
  readonly parts: NetworkParts
  readonly defences: Defences
  readonly trust: SecureContext | undefined
}

async function follow(
  request: SentRequest,
  { isManual, signal, parts, defences, trust }: Following,
): Promise<Response> {
  let url = checkUrl('The address', request.url.href, parts, defences)
  for (let hops = 0; ; hops++) {
    const response = await exchange({ ...request, url }, { parts, defences, signal, trust })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || location === null || isManual) return response
    if (request.method !== 'GET')
      throw oauthFailure('redirect-refused', `${hostOf(url)} redirects what was sent to it. ${moved}`)
    const next = URL.parse(location, url.href)
    if (
      next === null ||
      (defences.sameOriginRedirects && (next.origin !== url.origin || hops >= mostRedirects))
    )
      throw oauthFailure(
        'redirect-refused',
        `${hostOf(url)} redirects to another origin, to no URL, or more than ${mostRedirects} times. ${moved}`,
      )
    url = checkUrl('A redirect', next.href, parts, defences)
  }
}

const moved = 'It was not followed. Tell whoever runs the server to name the final address.'

/** Reading every authority takes tens of milliseconds, so it is done once, and only where somebody trusts others than Node does. */
function trustOf({ reach }: NetworkParts): () => SecureContext | undefined {
  const { authorities = [] } = reach
  let context: SecureContext | undefined
  return () => {
    if (authorities.length > 0) context ??= createSecureContext({ ca: [...rootCertificates, ...authorities] })
    return context
  }
}

async function sentRequest(request: Request): Promise<SentRequest> {
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer())
  return {
    url: new URL(request.url),
    method: request.method,
    headers: Object.fromEntries(request.headers),
    body,
  }
}

function tooSlow(url: URL, { time }: NetworkParts): Error {
  return oauthFailure(
    'answer-too-slow',
    `${hostOf(url)} did not finish its answer within ${time} ms. Try again later, or tell whoever runs it.`,
  )
}
