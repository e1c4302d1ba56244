import type { IncomingHttpHeaders } from 'node:http'

import type { Clock } from '@keepup/core'
import { type Exchange, followRedirects, hostOf, type RedirectPolicy, withDeadline } from '@keepup/network'

import { checkLiteral, judgedAddresses } from './judged-addresses.ts'
import { openExchange, type WebCall } from './open-exchange.ts'
import { acceptedCodings, readBody } from './read-body.ts'
import { checkUrl } from './read-url.ts'
import { webFailure } from './web-failure.ts'
import type { WebLimits } from './web-limits.ts'
import type { WebReach } from './web-reach.ts'

/** Whether a redirect to another host, or from https to http, may be followed without asking. */
export type AllowRedirect = (from: URL, to: URL) => boolean

/** How pages are fetched. */
export interface FetchingParts {
  readonly reach: WebReach
  readonly limits: WebLimits
  readonly userAgent: string
  readonly allowRedirect: AllowRedirect
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** What came of fetching: an answer, or a redirect that was not followed. */
export type Fetched =
  | {
      readonly type: 'answer'
      readonly url: URL
      readonly status: number
      readonly headers: IncomingHttpHeaders
      readonly body: Buffer
    }
  | { readonly type: 'redirect'; readonly from: URL; readonly to: URL }

/** @limit How many redirects are followed. */
const mostRedirects = 5

/**
 * Fetches a URL that was checked. Redirects are followed where they stay on the host and keep https, others where `allowRedirect` says so; each is judged
 * like the first. The whole takes at most `totalTime`.
 */
export function fetchPage(url: URL, accept: string, parts: FetchingParts): Promise<Fetched> {
  const late = (): Error => tooLate(url, parts.limits.totalTime)
  return withDeadline({ ...parts, time: parts.limits.totalTime }, late, async (signal) => {
    const within = { ...parts, signal }
    const get = (at: URL): Promise<Exchange> => send({ url: at, headers: headersOf(accept, parts) }, within)
    const followed = await followRedirects(url, get, redirectPolicy(url, parts))
    return followed.type === 'redirect' ? followed : answerOf(followed.answer, followed.url, within)
  })
}

function redirectPolicy(
  first: URL,
  { reach, allowRedirect }: Pick<FetchingParts, 'reach' | 'allowRedirect'>,
): RedirectPolicy<Exchange> {
  return {
    most: mostRedirects,
    target: redirectOf,
    check(target) {
      const to = checkUrl(target, reach)
      checkLiteral(to, reach)
      return to
    },
    mayFollow: (from, to) => !leaves(from, to) || allowRedirect(from, to),
    endless: () => endless(first),
  }
}

/** Sends one request and reads the answer, whatever its status; follows nothing. */
export function callApi(
  call: WebCall,
  parts: Omit<FetchingParts, 'allowRedirect'>,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  const late = (): Error => tooLate(call.url, parts.limits.totalTime)
  return withDeadline({ ...parts, time: parts.limits.totalTime }, late, async (signal) => {
    const within = { ...parts, signal }
    const headers = { ...headersOf('application/json', parts), ...call.headers }
    return answerOf(await send({ ...call, headers }, within), call.url, within)
  })
}

function send(call: WebCall, parts: Omit<FetchingParts, 'allowRedirect'>): Promise<Exchange> {
  const { limits, reach } = parts
  const late = (): Error => tooLate(call.url, limits.headersTime)
  // The socket lives as long as the outer signal lets it: the deadline of the headers is over once they are there.
  return withDeadline({ ...parts, time: limits.headersTime }, late, async (signal) => {
    const addresses = await judgedAddresses(call.url, reach, signal)
    return openExchange(call, addresses, { authorities: reach.authorities, signal })
  })
}

async function answerOf(
  exchange: Exchange,
  url: URL,
  parts: Omit<FetchingParts, 'allowRedirect'>,
): Promise<Extract<Fetched, { readonly type: 'answer' }>> {
  const { statusCode: status = 0, headers } = exchange.response
  return { type: 'answer', url, status, headers, body: await readBody(exchange, { ...parts, url }) }
}

function redirectOf({ response }: Exchange, from: URL): URL | undefined {
  const { statusCode = 0, headers } = response
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return undefined
  response.destroy()
  const to = URL.parse(headers.location, from.href)
  if (to !== null) return to
  throw webFailure(
    'response-malformed',
    `${hostOf(from)} redirects to what is no URL. Check the URL, or use another source.`,
  )
}

function leaves(from: URL, to: URL): boolean {
  return hostOf(from) !== hostOf(to) || (from.protocol === 'https:' && to.protocol === 'http:')
}

function headersOf(accept: string, { userAgent }: Pick<FetchingParts, 'userAgent'>): Record<string, string> {
  return { accept, 'accept-encoding': acceptedCodings, 'user-agent': userAgent }
}

function endless(url: URL): Error {
  return webFailure(
    'redirects-endless',
    `${hostOf(url)} redirects in a circle, or more than ${mostRedirects} times. Check the URL, or use another source.`,
  )
}

function tooLate(url: URL, time: number): Error {
  return webFailure(
    'response-too-slow',
    `${hostOf(url)} did not answer within ${time} ms. Try again later, or use another source.`,
  )
}
