import { KeepupError, type Milliseconds } from '@keepup/core'
import type { Client, McpSubscription, SubscriptionFilter } from '@modelcontextprotocol/client'

import { plainText } from '../plain-text.ts'
import type { ConnectionParts, ServerNews } from './connection-parts.ts'

/** The pause before a broken subscription is opened again: twice as long each time, up to the longest. */
const firstPause: Milliseconds = 500
const longestPause: Milliseconds = 60_000

/** What a server tells by itself: that lists have changed, that resources have, and what it logs. */
export interface ChangeFeed {
  /** To be called once connected. */
  start(): void
  /** Listens for changes of a resource. Fails as a request does. */
  subscribe(uri: string, changed: () => void): Promise<() => Promise<void>>
  /** Whether anybody listens for changes of a resource. */
  readonly isWatched: boolean
  stop(): void
}

/** What a feed is made of. */
export interface FeedParts extends Pick<ConnectionParts, 'clock' | 'random' | 'tell' | 'log'> {
  readonly server: string
  readonly client: Client
}

/**
 * Hears a server: servers up to 2025-11-25 send by themselves, later ones on a subscription, which is opened again whenever it ends. After a gap every list
 * counts as changed.
 */
export function createChangeFeed(parts: FeedParts): ChangeFeed {
  const watched = new Map<string, Set<() => void>>()
  const stopped = new AbortController()
  let refresh = Promise.withResolvers<'refresh'>()
  const modern = (): boolean => parts.client.getProtocolEra() === 'modern'
  registerHandlers(parts, watched)
  const listening = async (): Promise<void> => {
    let failures = 0
    let gap = false
    while (!stopped.signal.aborted) {
      const filter = filterFor(parts.client, [...watched.keys()])
      if (Object.keys(filter).length === 0) await waitFor(refresh.promise, stopped.signal)
      else {
        const end = await listen(parts, filter, { refresh: refresh.promise, signal: stopped.signal, gap })
        if (end === 'refused') return
        failures = end === 'broken' ? failures + 1 : 0
        gap = end !== 'refresh'
        if (end === 'broken') await pause(parts, failures, stopped.signal)
      }
      refresh = Promise.withResolvers<'refresh'>()
    }
  }
  return {
    start() {
      if (modern()) void listening().catch(() => {})
    },
    stop: () => stopped.abort(),
    get isWatched() {
      return watched.size > 0
    },
    async subscribe(uri, changed) {
      const { resources } = parts.client.getServerCapabilities() ?? {}
      if (resources?.subscribe !== true) throw notOffered(parts.server)
      const listeners = watched.get(uri) ?? new Set()
      const first = listeners.size === 0
      watched.set(uri, listeners.add(changed))
      if (modern()) refresh.resolve('refresh')
      else if (first) await parts.client.subscribeResource({ uri })
      return async () => {
        listeners.delete(changed)
        if (listeners.size > 0 || !watched.delete(uri)) return
        if (modern()) refresh.resolve('refresh')
        else await parts.client.unsubscribeResource({ uri }).catch(() => {})
      }
    },
  }
}

function registerHandlers(
  { client, server, tell, log }: FeedParts,
  watched: Map<string, Set<() => void>>,
): void {
  for (const [kind, type] of lists) {
    client.setNotificationHandler(`notifications/${kind}/list_changed`, () => tell({ type, server }))
  }
  client.setNotificationHandler('notifications/resources/updated', ({ params: { uri } }) => {
    for (const changed of watched.get(uri) ?? []) changed()
    tell({ type: 'resource-updated', server, uri })
  })
  client.setNotificationHandler('notifications/message', ({ params: { level, logger, data } }) => {
    const said = typeof data === 'string' ? data : JSON.stringify(data)
    const text = plainText(logger === undefined ? said : `${logger}: ${said}`, 2_000)
    log.line(`[${level}] ${text}`)
    tell({ type: 'logged', server, level, text })
  })
}

const lists = [
  ['tools', 'tools-changed'],
  ['prompts', 'prompts-changed'],
  ['resources', 'resources-changed'],
] as const

function filterFor(client: Client, uris: readonly string[]): SubscriptionFilter {
  const { tools, prompts, resources } = client.getServerCapabilities() ?? {}
  return {
    ...(tools?.listChanged === true ? { toolsListChanged: true } : {}),
    ...(prompts?.listChanged === true ? { promptsListChanged: true } : {}),
    ...(resources?.listChanged === true ? { resourcesListChanged: true } : {}),
    ...(uris.length > 0 ? { resourceSubscriptions: [...uris] } : {}),
  }
}

/** `refused`: the server will not, however often it is asked. */
type ListenEnd = 'refresh' | 'broken' | 'refused'

async function listen(
  { client, log, tell, server }: FeedParts,
  filter: SubscriptionFilter,
  {
    refresh,
    signal,
    gap,
  }: { readonly refresh: Promise<'refresh'>; readonly signal: AbortSignal; readonly gap: boolean },
): Promise<ListenEnd> {
  let subscription: McpSubscription
  try {
    subscription = await client.listen(filter, { signal })
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    log.line(`[its changes cannot be listened to: ${plainText(text, 500)}]`)
    // An answer in JSON-RPC stays the same; a broken stream may be whole the next time.
    const answered = error instanceof Error && 'code' in error && typeof error.code === 'number'
    return answered ? 'refused' : 'broken'
  }
  if (gap) for (const [, type] of lists) tell({ type, server } satisfies ServerNews)
  const end = await Promise.race([subscription.closed, refresh])
  await subscription.close().catch(() => {})
  return end === 'refresh' ? end : 'broken'
}

async function pause({ clock, random }: FeedParts, failures: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(longestPause, firstPause * 2 ** Math.min(failures - 1, 10))
  await clock.sleep(longest * (0.5 + random() / 2), signal)
}

async function waitFor(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await Promise.race([work, new Promise((done) => signal.addEventListener('abort', done, { once: true }))])
}

function notOffered(server: string): KeepupError {
  const text = `MCP server "${server}" does not tell when its resources change. Read the resource again when you need it.`
  return new KeepupError('not-supported', text, { details: { server, outcome: 'not-run' } })
}
