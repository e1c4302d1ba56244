import { AgentCard } from '@a2a-js/sdk'
import {
  type Clock,
  type Fetch,
  KeepupError,
  type Milliseconds,
  systemClock,
  type Timestamp,
} from '@keepup/core'
import { collectAtMost } from '@keepup/network'

import { freshnessOf } from './card-freshness.ts'
import { cardRefused, type CardTimes, type FindCardKey, verifyCard } from './card-signature.ts'

/** The parts of {@link remoteCards}. */
export interface RemoteCardsOptions {
  /** How cards are fetched: `guardedFetch` of `@keepup/a2a/client`, which connects to judged addresses only. */
  readonly fetch: Fetch
  /** The keys by which cards must be signed. Left out, a card is believed for the TLS of its host alone. */
  readonly findKey?: FindCardKey
  readonly clock?: Clock
  /** How long an answer may take; 10,000 when left out. */
  readonly patience?: Milliseconds
}

/** Cards of agents elsewhere, cached as their servers allow and verified before anybody sees them. */
export interface RemoteCards {
  /**
   * The card of an agent, by the URL of its host or of the card itself. Fails `card-refused` for one that is forged, over, older than one seen before, too large, or
   * stale with a server that cannot be asked, and for hosts that may not be reached; `request-failed` where there is none.
   */
  get(url: string): Promise<AgentCard>
}

/** A card, and the JSON that it was made of: a signature may be over all of that. */
interface ReadCard {
  readonly card: AgentCard
  readonly received: unknown
}

interface CachedCard extends ReadCard {
  readonly until: Timestamp
  /** When it was signed: an older one would be a step back. */
  readonly signed: Timestamp | undefined
  /** When its signature is over. */
  readonly over: Timestamp | undefined
  readonly tag: string | undefined
  readonly modified: string | undefined
}

const mostBytes = 1_048_576
const mostCached = 500
const wellKnown = '.well-known/agent-card.json'

/** Remote cards, with a cache in this process. */
export function remoteCards(options: RemoteCardsOptions): RemoteCards {
  const { clock = systemClock } = options
  const cache = new Map<string, CachedCard>()
  const flights = new Map<string, Promise<AgentCard>>()

  async function load(url: string): Promise<AgentCard> {
    const known = cache.get(url)
    const now = clock.now()
    if (known !== undefined && now < Math.min(known.until, known.over ?? Infinity)) return known.card
    const fetched = await refresh(options, clock, url, known)
    cache.delete(url)
    if (cache.size >= mostCached) cache.delete(cache.keys().next().value ?? '')
    cache.set(url, fetched)
    return fetched.card
  }

  return {
    get: async (address) => {
      const url = cardUrl(address)
      const flight = flights.get(url) ?? load(url).finally(() => flights.delete(url))
      flights.set(url, flight)
      return flight
    },
  }
}

/** The URL of a card: as it is where it names a file, in the well-known place of a host otherwise (RFC 8615). */
function cardUrl(address: string): string {
  const url = URL.parse(address)
  if (url === null) throw cardRefused(address, 'it has no URL')
  if (url.username !== '' || url.password !== '') throw cardRefused(url.host, 'its URL has a user name in it')
  if (url.pathname.endsWith('.json')) return url.href
  return new URL(wellKnown, url.href.endsWith('/') ? url.href : `${url.href}/`).href
}

async function refresh(
  options: RemoteCardsOptions,
  clock: Clock,
  url: string,
  known: CachedCard | undefined,
): Promise<CachedCard> {
  const response = await ask(options, url, known)
  const now = clock.now()
  const { age } = freshnessOf(response.headers)
  if (response.status === 304 && known !== undefined) {
    await response.body?.cancel()
    // The same card, but its signature may be over by now.
    const times = options.findKey === undefined ? {} : await verified(known, options.findKey, now)
    return { ...known, over: times.until, until: now + age }
  }
  const read = await readCard(response, url)
  const { card } = read
  const times = options.findKey === undefined ? {} : await verified(read, options.findKey, now)
  if (known?.signed !== undefined && (times.signed ?? 0) < known.signed) {
    throw cardRefused(card.name, `it was signed before the one that ${new URL(url).host} gave earlier`)
  }
  return {
    ...read,
    until: now + age,
    signed: times.signed,
    over: times.until,
    tag: response.headers.get('etag') ?? undefined,
    modified: response.headers.get('last-modified') ?? undefined,
  }
}

function verified({ card, received }: ReadCard, findKey: FindCardKey, now: Timestamp): Promise<CardTimes> {
  return verifyCard(card, findKey, now, received)
}

async function ask(
  { fetch, patience = 10_000 }: RemoteCardsOptions,
  url: string,
  known: CachedCard | undefined,
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/a2a+json, application/json' }
  if (known?.tag !== undefined) headers['if-none-match'] = known.tag
  else if (known?.modified !== undefined) headers['if-modified-since'] = known.modified
  try {
    return await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(patience) })
  } catch (error) {
    if (KeepupError.is(error, 'card-refused')) throw error
    if (known !== undefined) {
      throw cardRefused(
        known.card.name,
        'the one that is known is stale, and its server cannot be asked',
        error,
      )
    }
    if (KeepupError.is(error)) throw error
    throw noCard(url, error instanceof Error ? error.message : 'it cannot be reached', error)
  }
}

async function readCard(response: Response, url: string): Promise<ReadCard> {
  if (response.status !== 200) {
    await response.body?.cancel()
    throw noCard(url, `the answer is ${response.status}`)
  }
  const tooLarge = (): Error => cardRefused(new URL(url).host, `it is larger than ${mostBytes} bytes`)
  const chunks = (async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of response.body ?? []) yield Buffer.from(chunk)
  })()
  const bytes = await collectAtMost(chunks, mostBytes, tooLarge)
  try {
    const received: unknown = JSON.parse(bytes.toString('utf8'))
    // Whatever the schema does not know is dropped here: not every signature covers it.
    const card = AgentCard.fromJSON(received)
    if (card.name === '' || card.supportedInterfaces.length === 0) throw new TypeError('it names no agent')
    return { card, received }
  } catch (error) {
    throw noCard(url, error instanceof Error ? error.message : 'it is no JSON', error)
  }
}

function noCard(url: string, why: string, cause?: unknown): KeepupError {
  const message = `There is no card of an agent at ${url.slice(0, 200)}: ${why}. Give the URL of an agent that speaks A2A.`
  return new KeepupError('request-failed', message, { cause })
}
