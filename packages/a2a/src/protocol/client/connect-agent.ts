import { A2A_VERSION_HEADER, AGENT_CARD_PATH, AgentCard, type Message, Role } from '@a2a-js/sdk'
import {
  type CallInterceptor,
  type Client,
  ClientFactory,
  JsonRpcTransportFactory,
  RestTransportFactory,
  type TransportFactory,
} from '@a2a-js/sdk/client'
import { isLegacyAgentCard, parseLegacyAgentCard } from '@a2a-js/sdk/compat/v0_3/client'
import {
  type Clock,
  type Fetch,
  type FetchMiddleware,
  KeepupError,
  type Milliseconds,
  type ObserveCall,
  systemClock,
} from '@keepup/core'

import { replayExtension } from '../replay-extension.ts'
import { grpcTransports } from './grpc-transports.ts'
import { type A2aReach, guardedFetch } from './guarded-fetch.ts'
import { inProcessBinding, inProcessTransports, type InProcessAgent } from './in-process-transport.ts'
import { observedClient } from './observed-client.ts'
import { whereHeadersGo } from './where-headers-go.ts'

/** Which agent: by the URL of its card's host, by its card, or in this process. */
export type AgentAddress =
  | { readonly url: string }
  | { readonly card: AgentCard }
  | ({ readonly local: true } & InProcessAgent)

/** How a client connects. */
export interface ConnectOptions {
  /** Where it may connect to; public hosts by https: alone when left out. */
  readonly reach?: A2aReach
  /** Sent with each call: a token, a key. Where the agent is named by a URL, they go to its host and to those of `reach.allowHosts` alone, whatever the card says. */
  readonly headers?: Readonly<Record<string, string>>
  /** What each request over HTTP passes through before it is sent to where it may go: a trace's context, a token that is renewed. */
  readonly middleware?: FetchMiddleware
  /** Bindings in the order in which they are tried; JSON-RPC, then HTTP+JSON when left out. */
  readonly bindings?: readonly ('JSONRPC' | 'HTTP+JSON' | 'GRPC')[]
  /** Judges a card before it is used, in its JSON form, which is what is signed: its signature, its age. Rejects where it may not be used. */
  readonly verifyCard?: (card: AgentCard) => Promise<void>
  /** Learns of each call that was made; each says to the agent where it stands, below `under` where there is such a place (W3C Trace Context, 3.2). */
  readonly observe?: ObserveCall
  readonly under?: () => string | undefined
  readonly clock?: Clock
  /** How often a request that failed on its way is tried again; 5 when left out. */
  readonly retries?: number
  /** In milliseconds: the pause before the first of them, doubled each time; 250 when left out. */
  readonly firstPause?: Milliseconds
}

/** An agent that can be called. */
export interface ConnectedAgent {
  readonly card: AgentCard
  /** Where it is, for labels: its host, or `in-process`. */
  readonly host: string
  readonly client: Client
  readonly clock: Clock
  readonly retries: number
  readonly firstPause: Milliseconds
  /** The server says where events stand and takes a message that is sent again for one: requests may be repeated. */
  readonly replays: boolean
}

/**
 * Connects to an agent, wherever it is: remote, or in this process. Nothing is sent to hosts that may not be reached, whatever the card says. Fails `card-refused` where
 * the card may not be used, and `request-failed` where it cannot be had.
 */
export async function connectAgent(
  address: AgentAddress,
  options: ConnectOptions = {},
): Promise<ConnectedAgent> {
  const { clock = systemClock, retries = 5, firstPause = 250, verifyCard, observe, under } = options
  const common = { clock, retries, firstPause }
  if ('local' in address) {
    const card = await address.handler.getAgentCard()
    const local = { url: 'in-process', protocolBinding: inProcessBinding, tenant: '', protocolVersion: '1.0' }
    const factory = new ClientFactory({ transports: [inProcessTransports(address)] })
    const plain = await factory.createFromAgentCard({ ...card, supportedInterfaces: [local] })
    const client = observedClient(plain, { observe, under, clock, host: 'in-process' })
    return { ...common, card, host: 'in-process', client, replays: replaysOf(card) }
  }
  const { reach = {}, middleware = (next) => next } = options
  const guarded = middleware(guardedFetch(reach))
  const card = 'card' in address ? address.card : await fetchCard(address.url, guarded, common)
  await verifyCard?.(asWritten(card))
  const host = hostOfCard('url' in address ? address.url : card.supportedInterfaces[0]?.url)
  const plain = await clientFor(reachedWithHeaders(address, card, options), options, asPlatform(guarded))
  const client = observedClient(plain, { observe, under, clock, host })
  return { ...common, card, host, client, replays: replaysOf(card) }
}

/** Who gave no card of their own meant their headers for the host that they named. */
function reachedWithHeaders(
  address: AgentAddress,
  card: AgentCard,
  { headers = {}, reach = {} }: ConnectOptions,
): AgentCard {
  const from = 'url' in address ? URL.parse(address.url) : null
  if (from === null || Object.keys(headers).length === 0) return card
  return whereHeadersGo(card, { from, allowHosts: reach.allowHosts ?? [] })
}

/** @limit In bytes: a larger card is not read. */
const mostCard = 1024 * 1024

/** An agent may be about to start: what may be otherwise soon is tried again. */
async function fetchCard(
  url: string,
  get: Fetch,
  { clock, retries, firstPause }: Pick<ConnectedAgent, 'clock' | 'retries' | 'firstPause'>,
): Promise<AgentCard> {
  const at = URL.parse(url)
  if (at === null) throw noCard(url, new Error('it is no URL'))
  const place = at.pathname.endsWith('.json') ? at : new URL(AGENT_CARD_PATH, at)
  for (let failures = 0, pause = firstPause; ; failures += 1, pause = Math.min(pause * 2, 10_000)) {
    const found = await tryCard(place, get, failures >= retries)
    if (found !== 'not now') return found
    await clock.sleep(pause)
  }
}

async function tryCard(place: URL, get: Fetch, isLast: boolean): Promise<AgentCard | 'not now'> {
  try {
    const response = await get(place, { headers: { [A2A_VERSION_HEADER]: '1.0' } })
    if (response.status >= 500 && !isLast) return 'not now'
    if (!response.ok) throw new Error(`it answered with status ${response.status}`)
    const text = await response.text()
    if (text.length > mostCard) throw new Error('it is too large')
    const raw: unknown = JSON.parse(text)
    return isLegacyAgentCard(raw) ? parseLegacyAgentCard(raw) : AgentCard.fromJSON(raw)
  } catch (error) {
    if (KeepupError.is(error, 'request-failed') && !isLast) return 'not now'
    throw KeepupError.is(error) ? error : noCard(place.href, error)
  }
}

function noCard(url: string, cause: unknown): KeepupError {
  const why = cause instanceof Error ? cause.message : String(cause)
  const message = `There is no card of an agent at ${url.slice(0, 200)} (${why}). Give the URL of an agent of A2A.`
  return new KeepupError('request-failed', message, { cause, details: { sent: false } })
}

async function clientFor(
  card: AgentCard,
  { bindings = ['JSONRPC', 'HTTP+JSON'], reach = {}, headers = {} }: ConnectOptions,
  fetchImpl: typeof fetch,
): Promise<Client> {
  const legacyCompat = { enabled: true }
  const known: Readonly<Record<string, () => Promise<TransportFactory>>> = {
    JSONRPC: () => Promise.resolve(new JsonRpcTransportFactory({ fetchImpl, legacyCompat })),
    'HTTP+JSON': () => Promise.resolve(new RestTransportFactory({ fetchImpl, legacyCompat })),
    GRPC: () => grpcTransports(reach),
  }
  const transports = await Promise.all(bindings.flatMap((binding) => known[binding]?.() ?? []))
  try {
    const clientConfig = { interceptors: [withHeaders(headers)] }
    const factory = new ClientFactory({ transports, preferredTransports: [...bindings], clientConfig })
    return await factory.createFromAgentCard(card)
  } catch (error) {
    if (KeepupError.is(error)) throw error
    const offered = card.supportedInterfaces.map(({ protocolBinding }) => protocolBinding).join(', ')
    const message = `${card.name} offers ${offered || 'no binding'}, none of which is spoken here (${bindings.join(', ')}).`
    throw new KeepupError('card-refused', message, { cause: error })
  }
}

/** The guarded fetch under the platform's type. */
function asPlatform(guarded: Fetch): typeof fetch {
  return (input, init) => guarded(input, init)
}

/** Adds headers to each call, whatever its binding makes of them. */
function withHeaders(headers: Readonly<Record<string, string>>): CallInterceptor {
  return {
    before(args) {
      const { serviceParameters } = args.options ?? {}
      args.options = { ...args.options, serviceParameters: { ...serviceParameters, ...headers } }
      return Promise.resolve()
    },
    after: () => Promise.resolve(),
  }
}

function replaysOf({ capabilities }: AgentCard): boolean {
  return capabilities?.extensions.some(({ uri }) => uri === replayExtension) === true
}

function hostOfCard(url: string | undefined): string {
  return URL.parse(url ?? '')?.host ?? URL.parse(`grpc://${url ?? ''}`)?.host ?? 'unknown'
}

/** The JSON form under the type that verifiers of the SDK take: they canonicalise JSON, and would leave out the schemes of the other form. */
function asWritten(card: AgentCard): AgentCard {
  return AgentCard.toJSON(card) as AgentCard
}

/** A message of the user of a client. */
export function userMessage(
  parts: Message['parts'],
  ids: Partial<Pick<Message, 'messageId' | 'contextId' | 'taskId'>> = {},
): Message {
  return {
    messageId: ids.messageId ?? crypto.randomUUID(),
    contextId: ids.contextId ?? '',
    taskId: ids.taskId ?? '',
    role: Role.ROLE_USER,
    parts,
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
  }
}
