import type { SecureContext } from 'node:tls'

import type { Clock, Fetch } from '@keepup/core'
import {
  followRedirects,
  hostOf,
  type RedirectPolicy,
  type SentRequest,
  trustOf,
  withDeadline,
} from '@keepup/network'

import type { Defences } from '../defences.ts'
import { oauthFailure } from '../oauth-failure.ts'
import { signalOf } from '../replayable-request.ts'
import { checkUrl } from './check-url.ts'
import { exchange } from './exchange.ts'
import type { NetworkParts } from './reach.ts'

/** @limit How many redirects a document of discovery may be moved by. */
const mostRedirects = 3

/**
 * A `fetch` for authorisation servers: checked URLs, judged and pinned addresses, answers that end. GETs follow redirects on their origin, unless the caller
 * asks for `manual`; nothing else follows any. No cookie, no proxy, no cache, no compression.
 */
export function guardedFetch(parts: NetworkParts & { readonly clock: Clock }, defences: Defences): Fetch {
  const trust = trustOf(parts.reach.authorities)
  return async (input, init = {}) => {
    const request = new Request(input, init)
    const late = (): Error => tooSlow(new URL(request.url), parts)
    const limits = { clock: parts.clock, time: parts.time, signal: signalOf(input, init) }
    return withDeadline(limits, late, async (signal) => {
      const sent = await sentRequest(request)
      const isManual = init.redirect === 'manual'
      return follow(sent, isManual, { parts, defences, signal, trust: trust() })
    })
  }
}

interface Sending {
  readonly parts: NetworkParts
  readonly defences: Defences
  readonly signal: AbortSignal
  readonly trust: SecureContext | undefined
}

async function follow(request: SentRequest, isManual: boolean, sending: Sending): Promise<Response> {
  const { parts, defences } = sending
  const first = checkUrl('The address', request.url.href, parts, defences)
  const send = (url: URL): Promise<Response> => exchange({ ...request, url }, sending)
  if (isManual) return send(first)
  const followed = await followRedirects(first, send, redirectPolicy(request, sending))
  if (followed.type === 'answer') return followed.answer
  throw elsewhere(followed.from)
}

function redirectPolicy({ method }: SentRequest, { parts, defences }: Sending): RedirectPolicy<Response> {
  return {
    most: defences.sameOriginRedirects ? mostRedirects : Number.POSITIVE_INFINITY,
    target({ status, headers }, from) {
      const location = headers.get('location')
      if (status < 300 || status > 399 || location === null) return undefined
      if (method !== 'GET')
        throw oauthFailure('redirect-refused', `${hostOf(from)} redirects what was sent to it. ${moved}`)
      const to = URL.parse(location, from.href)
      if (to === null || (defences.sameOriginRedirects && to.origin !== from.origin)) throw elsewhere(from)
      return to
    },
    check: (to) => checkUrl('A redirect', to.href, parts, defences),
    mayFollow: () => true,
    endless: elsewhere,
  }
}

function elsewhere(from: URL): Error {
  return oauthFailure(
    'redirect-refused',
    `${hostOf(from)} redirects to another origin, to no URL, in a circle, or more than ${mostRedirects} times. ${moved}`,
  )
}

const moved = 'It was not followed. Tell whoever runs the server to name the final address.'

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
