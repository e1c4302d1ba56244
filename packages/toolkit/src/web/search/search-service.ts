import { type Clock, KeepupError, systemClock } from '@keepup/core'
import { hostOf } from '@keepup/network'

import { callApi } from '../net/fetch-page.ts'
import type { WebCall } from '../net/open-exchange.ts'
import { checkUrl } from '../net/read-url.ts'
import { webFailure } from '../net/web-failure.ts'
import { usualLimits } from '../net/web-limits.ts'
import type { SearchOptions, SearchResult, WebSearch } from './web-search.ts'

/** What the adapters have in common. */
export interface SearchServiceOptions {
  /** Where the service lies, when that is not its own address: a proxy for it, a test. It may be anywhere, since it is configured, not asked for by a model. */
  readonly url?: string
  readonly clock?: Clock
}

/** One service: how it is asked, and how its answer is read. */
export interface SearchDialect {
  readonly name: string
  /** The request for a query. Its URL begins with the service's. */
  request(query: string, options: SearchOptions, base: URL): WebCall
  /** The results in an answer; `undefined` where it is none. */
  read(answer: unknown): readonly unknown[] | undefined
  readonly result: (found: Readonly<Record<string, unknown>>) => Partial<Record<keyof SearchResult, unknown>>
}

/** In characters: how much of a snippet is kept. */
const mostSnippet = 2_000
/** In characters: how much of a title is kept. */
const mostTitle = 300

/** A search over a service's HTTP API. Its answers are bounded as pages are; redirects are not followed, since the key would go with them. */
export function searchService(
  dialect: SearchDialect,
  own: string,
  { url = own, clock = systemClock }: SearchServiceOptions,
): WebSearch {
  const base = baseOf(url, dialect.name)
  const parts = {
    // It was configured: whatever it is, it may be reached.
    reach: {
      allowPrivate: true,
      allowHosts: [base.host],
      ports: 'unprivileged' as const,
    },
    limits: { ...usualLimits, totalTime: 30_000 },
    userAgent: 'keepup-web-search',
    clock,
  }
  return {
    name: dialect.name,
    host: hostOf(base),
    async search(query, options) {
      const call = dialect.request(query, options, base)
      const { status, body } = await callApi(call, { ...parts, signal: options.signal })
      if (status !== 200) throw refused(dialect.name, status)
      const results = dialect.read(parse(body))
      if (results === undefined) throw strange(dialect.name)
      return results.flatMap((found) => readResult(dialect, found)).slice(0, options.count)
    },
  }
}

function baseOf(url: string, name: string): URL {
  const base = URL.parse(url)
  if (base !== null) return checkUrl(base, { allowHosts: [base.host], ports: 'unprivileged' })
  throw new KeepupError(
    'configuration-invalid',
    `The address of the search service ${name} is no URL: ${JSON.stringify(url.slice(0, 200))}. Give one, as https://search.example.com.`,
  )
}

function readResult({ result }: SearchDialect, found: unknown): readonly SearchResult[] {
  if (typeof found !== 'object' || found === null) return []
  const { url, title, snippet, published } = result({ ...found })
  const address = typeof url === 'string' ? URL.parse(url) : null
  if (address === null || !/^https?:$/.test(address.protocol)) return []
  const date = plain(published, 40)
  return [
    {
      title: plain(title, mostTitle),
      url: address.href,
      snippet: plain(snippet, mostSnippet),
      ...(date === '' ? {} : { published: date }),
    },
  ]
}

/** In one line, and no longer than is kept. */
function plain(value: unknown, most: number): string {
  const text = typeof value === 'string' ? value.replaceAll(/\s+/g, ' ').trim() : ''
  return text.length > most ? `${text.slice(0, most).toWellFormed()}…` : text
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

function refused(name: string, status: number): Error {
  const advice =
    status === 401 || status === 403
      ? 'Its key is missing, wrong or used up, or the form of answer is not allowed: whoever set up this tool can change that.'
      : status === 429
        ? 'It was asked too often: wait before you search again.'
        : 'Try again later, or with another query.'
  return webFailure('http-error', `The search service ${name} answered with status ${status}. ${advice}`)
}

function strange(name: string): Error {
  return webFailure(
    'response-malformed',
    `The search service ${name} answered with what is no list of results. Whoever set up this tool can check its address.`,
  )
}
