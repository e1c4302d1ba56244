import { Readable } from 'node:stream'

import { type Fetch, KeepupError } from '@keepup/core'
import {
  atMost,
  classifyAddress,
  hostOf,
  namesHost,
  openExchange,
  pinAddress,
  type PinnedAddress,
  type ResolveHost,
  resolveHost,
} from '@keepup/network'

/** Where a client may connect to. */
export interface A2aReach {
  /** Hosts that may be reached although they are no public ones, and by http: `localhost`, `10.0.0.7:8080`, `*.corp.example`. */
  readonly allowHosts?: readonly string[]
  /** How names are resolved; the system's way when left out. */
  readonly resolve?: ResolveHost
}

/** @limit In bytes: an answer that is no stream is not read any further. */
const mostAnswer = 64 * 1024 * 1024
const mostHeaders = 32 * 1024

/**
 * A `fetch` to addresses that were judged: a card may name any URL, so each host must lie at public addresses, by https:, or be allowed. A name is resolved once and the
 * socket goes where it led. Follows no redirect. Fails `card-refused` for what may not be reached and `request-failed` for what could not be; `details.sent` says whether
 * the request may have arrived.
 */
export function guardedFetch({ allowHosts = [], resolve }: A2aReach): Fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const { signal } = request
    const url = checkedUrl(request.url, allowHosts)
    const addresses = await judgedAddresses(url, { allowHosts, resolve, signal })
    const body = request.body === null ? undefined : await request.text()
    const headers = { ...Object.fromEntries(request.headers), 'accept-encoding': 'identity' }
    const failures = {
      broken: (error: unknown) => unreachable(url, error),
      neverFinal: () => unreachable(url, new Error('it gives no answer')),
      upgraded: () => unreachable(url, new Error('it gives no answer')),
    }
    const sent = { url, method: request.method, headers: withLength(headers, body), body }
    const { response } = await openExchange(sent, { addresses, mostHeaders, failures, signal })
    const status = response.statusCode ?? 0
    if (status < 200 || status > 599) throw unreachable(url, new Error(`it answered with status ${status}`))
    const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true
    const bytes = isStream ? response : Readable.from(atMost(response, mostAnswer, () => tooLarge(url)))
    const hasBody = status !== 204 && status !== 205 && status !== 304
    // The stream of Node is that of the platform, under another type.
    const stream = Readable.toWeb(bytes) as unknown as ReadableStream
    return new Response(hasBody ? stream : null, { status, headers: headersOf(response.headersDistinct) })
  }
}

function checkedUrl(text: string, allowHosts: readonly string[]): URL {
  const url = URL.parse(text)
  if (url === null) throw refused(`${text.slice(0, 100)} is no URL`)
  if (namesHost(allowHosts, url)) return url
  if (url.protocol !== 'https:')
    throw refused(`${url.origin} is neither a host that is allowed nor reached by https`)
  return url
}

async function judgedAddresses(
  url: URL,
  {
    allowHosts,
    resolve,
    signal,
  }: {
    readonly allowHosts: readonly string[]
    readonly resolve: ResolveHost | undefined
    readonly signal: AbortSignal
  },
): Promise<readonly PinnedAddress[]> {
  const found = await resolveHost(hostOf(url), { resolve, signal }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw unreachable(url, error, false)
  })
  const bad = namesHost(allowHosts, url)
    ? undefined
    : found.find((address) => classifyAddress(address).kind !== 'public')
  if (bad !== undefined)
    throw refused(`${hostOf(url)} lies at ${bad}, which is ${classifyAddress(bad).words}`)
  return found.flatMap((address) => pinAddress(address) ?? [])
}

function withLength(headers: Record<string, string>, body: string | undefined): Record<string, string> {
  return body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) }
}

function headersOf(distinct: NodeJS.Dict<string[]>): Headers {
  const headers = new Headers()
  for (const [name, values] of Object.entries(distinct))
    for (const value of values ?? []) headers.append(name, value)
  return headers
}

/** Errors of a socket that tell that nothing arrived. */
const neverSent: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH'])

function unreachable(url: URL, cause: unknown, sent: boolean = !neverSent.has(codeOf(cause))): KeepupError {
  const why = cause instanceof Error && cause.message !== '' ? ` (${cause.message})` : ''
  const message = `The agent at ${url.host} cannot be reached${why}. Check its address, and whether it runs.`
  return new KeepupError('request-failed', message, { cause, details: { sent } })
}

function codeOf(error: unknown): unknown {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}

function refused(what: string): KeepupError {
  const message = `${what}: nothing was sent there. Where the agent is yours, allow its host.`
  return new KeepupError('card-refused', message)
}

function tooLarge(url: URL): KeepupError {
  return new KeepupError(
    'request-failed',
    `${url.host} sent more than an answer may be. The rest was not read.`,
  )
}
