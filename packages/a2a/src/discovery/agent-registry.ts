import { AgentCard } from '@a2a-js/sdk'
import { currentOwner, isOwnerDead, openThread, readState } from '@keepup/checkpoint'
import {
  canonicalJson,
  type Checkpointer,
  type Clock,
  type JsonValue,
  KeepupError,
  type Label,
  type Milliseconds,
  type NewId,
  type Owner,
  systemClock,
  type ThreadId,
} from '@keepup/core'

import { checkAddress, type MailAddress } from '../mailbox/mail-address.ts'
import { labelOfAgent } from '../mailbox/mail-labels.ts'
import { peerLabel } from '../protocol/task/peer-label.ts'
import { noteAgent, notedAgents } from './agent-directory.ts'
import { agentDescriptionFold, readDescription } from './agent-entries.ts'
import { rankCards } from './rank-cards.ts'
import type { RemoteCards } from './remote-cards.ts'

/** The parts of {@link agentRegistry}. */
export interface AgentRegistryOptions {
  readonly checkpointer: Checkpointer
  /** How cards of agents elsewhere are had; without it those that were added are left out. */
  readonly remote?: RemoteCards
  readonly clock?: Clock
  readonly newId?: NewId
  /** How long an agent is offered without a sign of life of a process that cannot be proved dead; 30,000 when left out. */
  readonly ttl?: Milliseconds
  readonly isOwnerDead?: (owner: Owner) => boolean
}

/** An agent that can be asked. */
export interface FoundAgent {
  /** Its mailbox, or the URL by which it was added. */
  readonly at: { readonly address: MailAddress } | { readonly url: string }
  readonly card: AgentCard
  /** Who says so: a card is its agent's own words, and of an agent elsewhere a stranger's. */
  readonly label: Label
}

/** An agent that answers a search, with the skill that does so best. */
export interface MatchingAgent extends FoundAgent {
  readonly score: number
  readonly skill?: AgentCard['skills'][number]
}

/** An agent that is offered as long as its process lives. */
export interface Registration extends AsyncDisposable {
  readonly address: MailAddress
  /** Aborted once another process has or may have its place. */
  readonly lost: AbortSignal
  /** Says something else of it from now on. */
  describe(card: AgentCard): Promise<void>
}

/** Which agents there are, and what they can do. */
export interface AgentRegistry {
  /** Offers an agent until this is disposed, or the process dies: by a lease, so that nobody need tidy up. Fails `lease-held` while another process offers it. */
  register(address: MailAddress, card: AgentCard): Promise<Registration>
  /** Remembers an agent elsewhere, by the URL of its host or card. It is offered while its card can be had and verified. */
  addRemote(url: string): Promise<void>
  /** Forgets it. */
  removeRemote(url: string): Promise<void>
  /** Every agent that lives, by address, then those elsewhere. `onRefused` is told of cards that are not used. */
  list(onRefused?: (url: string, error: unknown) => void): Promise<readonly FoundAgent[]>
  /** Those whose skills match the words, best first, at most `limit` (10 when left out). The dead are not among them. */
  search(words: string, limit?: number): Promise<readonly MatchingAgent[]>
}

/** A registry on a store: whoever works on it offers and finds agents there. */
export function agentRegistry(options: AgentRegistryOptions): AgentRegistry {
  const parts = { clock: systemClock, newId: () => crypto.randomUUID(), ttl: 30_000, isOwnerDead, ...options }

  async function list(
    onRefused: (url: string, error: unknown) => void = () => {},
  ): Promise<readonly FoundAgent[]> {
    const { addresses, urls } = await notedAgents(parts)
    const local = await localAgents(parts, addresses)
    const remote = await remoteAgents(parts.remote, urls, onRefused)
    return [...local, ...remote]
  }

  return {
    register: async (address, card) => register(parts, checkAddress(address), card),
    addRemote: async (url) => noteAgent(parts, { url: checkUrl(url), isThere: true }),
    removeRemote: async (url) => noteAgent(parts, { url: checkUrl(url), isThere: false }),
    list,
    search: async (words, limit = 10) => {
      const ranked = rankCards(words, await list(), ({ card }) => card)
      return ranked.slice(0, limit).map(({ item, score, skill }) => ({
        ...item,
        score,
        ...(skill === undefined ? {} : { skill }),
      }))
    },
  }
}

type Parts = Required<Omit<AgentRegistryOptions, 'remote'>> & Pick<AgentRegistryOptions, 'remote'>

function agentThread(address: MailAddress): ThreadId {
  return `agent-card:${address}`
}

async function register(parts: Parts, address: MailAddress, card: AgentCard): Promise<Registration> {
  const { checkpointer, clock, newId, ttl } = parts
  const owner = currentOwner(newId())
  const thread = await openThread({
    checkpointer,
    thread: agentThread(address),
    fold: agentDescriptionFold,
    owner,
    ttl,
    clock,
  })
  async function describe(next: AgentCard): Promise<void> {
    // What it gives is JSON.
    const json = AgentCard.toJSON(next) as JsonValue
    if (canonicalJson(thread.state.card ?? null) === canonicalJson(json)) return
    const entry = {
      type: 'agent/described',
      version: 1,
      critical: true,
      time: clock.now(),
      by: `agent:${address}`,
      labels: { default: labelOfAgent(address) },
      data: { card: json },
    }
    await thread.append([entry])
  }
  await describe(card)
  await noteAgent(parts, { address, isThere: true })
  return { address, lost: thread.lost, describe, [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose]() }
}

/** Those whose process lives. */
async function localAgents(parts: Parts, addresses: readonly MailAddress[]): Promise<readonly FoundAgent[]> {
  const wanted = new Map(addresses.map((address) => [agentThread(address), address]))
  const living = new Set<MailAddress>()
  for await (const { thread, owner } of parts.checkpointer.threads()) {
    const address = wanted.get(thread)
    if (address !== undefined && owner !== undefined && !parts.isOwnerDead(owner)) living.add(address)
    wanted.delete(thread)
    if (wanted.size === 0) break
  }
  const found: FoundAgent[] = []
  for (const address of addresses.filter((each) => living.has(each))) {
    const { state } = await readState(parts.checkpointer, agentThread(address), agentDescriptionFold)
    const card = readDescription(state)
    if (card !== undefined) found.push({ at: { address }, card, label: labelOfAgent(address) })
  }
  return found
}

async function remoteAgents(
  remote: RemoteCards | undefined,
  urls: readonly string[],
  onRefused: (url: string, error: unknown) => void,
): Promise<readonly FoundAgent[]> {
  if (remote === undefined) return []
  const found = await Promise.all(
    urls.map(async (url): Promise<readonly FoundAgent[]> => {
      try {
        const card = await remote.get(url)
        return [{ at: { url }, card, label: peerLabel(new URL(url).host) }]
      } catch (error) {
        onRefused(url, error)
        return []
      }
    }),
  )
  return found.flat()
}

function checkUrl(text: string): string {
  const url = URL.parse(text)
  if (url !== null && ['https:', 'http:'].includes(url.protocol)) return url.href
  const message = `${JSON.stringify(text.slice(0, 100))} is no URL of an agent. Give one that begins with https://.`
  throw new KeepupError('input-invalid', message)
}
