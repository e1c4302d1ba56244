import type { Clock, Milliseconds } from '@keepup/core'

import type { SdkConnection } from '../connection/sdk-connection.ts'
import type { HubStore } from '../hub-parts.ts'
import type { ServerDefinition } from '../server-definition.ts'
import type { OfferedTool, ServerDescription } from '../server-status.ts'
import { keepableTools, readTools } from '../tools/read-tools.ts'
import { eraseOffer, readOffer, type StoredOffer, writeOffer } from './offer-store.ts'

/** What an offer is made of. */
export interface OfferParts {
  readonly store: HubStore | undefined
  readonly clock: Clock
  readonly definition: () => ServerDefinition
  readonly changed: () => void
}

/** How long after a list was read it is read again at the soonest: twice as long each time, up to the longest. */
const firstPause: Milliseconds = 100
const longestPause: Milliseconds = 60_000

/** What a server offers: read from the store first, from the server once it is connected, and again whenever it says that it has changed. */
export class ServerOffer {
  readonly #parts: OfferParts
  #offer: StoredOffer | undefined
  #described: ServerDescription | undefined
  #cached = false
  #connection: SdkConnection | undefined
  #asking: Promise<void> | undefined
  #askedAt = 0
  #pause = firstPause
  #waiting = false
  readonly #closed = new AbortController()

  constructor(parts: OfferParts) {
    this.#parts = parts
  }

  description(): ServerDescription | undefined {
    return this.#described
  }

  find(serverName: string): OfferedTool | undefined {
    return this.#described?.tools.find((tool) => tool.serverName === serverName)
  }

  /** Reads what was kept, where nothing newer is known. Whether anything is known then. */
  async recall(): Promise<boolean> {
    if (this.#offer !== undefined) return true
    const found = await readOffer(this.#parts.store, this.#parts.definition())
    if (found !== undefined && this.#offer === undefined) this.#take(found, true)
    return this.#offer !== undefined
  }

  /** Asks this connection from now on. */
  follow(connection: SdkConnection): void {
    this.#connection = connection
    void this.refresh()
  }

  /** Asks again, or waits for what is being asked already. Never rejects. */
  async refresh(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined))
    await this.settled().catch(() => {})
  }

  /** The server says that its tools have changed. One that says so without end is asked less and less often. */
  async noticed(): Promise<void> {
    if (this.#waiting) return
    const { clock } = this.#parts
    const left = this.#askedAt + this.#pause - clock.now()
    this.#pause = left > -this.#pause ? Math.min(longestPause, this.#pause * 2) : firstPause
    if (left > 0 || this.#asking !== undefined) {
      this.#waiting = true
      await clock.sleep(Math.max(left, firstPause), this.#closed.signal).catch(() => {})
      this.#waiting = false
    }
    if (!this.#closed.signal.aborted) await this.refresh()
  }

  /** Nothing is asked any more. */
  close(): void {
    this.#closed.abort()
  }

  /** Resolves once what was asked was answered. Rejects where that failed. */
  async settled(): Promise<void> {
    await this.#asking
  }

  /** Takes what is known for what the definition makes of it now. */
  reread(): void {
    this.#describe()
    this.#parts.changed()
  }

  /** Nothing is known any more in this process. */
  forget(): void {
    this.#offer = undefined
    this.#connection = undefined
    this.reread()
  }

  /** Nor in the store. */
  async erase(): Promise<void> {
    await eraseOffer(this.#parts.store, this.#parts.definition())
    this.forget()
  }

  async #ask(): Promise<void> {
    const { clock, store, definition } = this.#parts
    const asked = this.#connection
    this.#askedAt = clock.now()
    if (asked === undefined) return
    const next = await offerOf(asked, clock)
    if (this.#connection !== asked) return
    this.#take(next, false)
    await writeOffer(store, definition(), next)
  }

  #take(next: StoredOffer, fromStore: boolean): void {
    const before = this.#offer === undefined ? undefined : JSON.stringify(contentOf(this.#offer))
    this.#offer = next
    this.#cached = fromStore
    this.#describe()
    if (before !== JSON.stringify(contentOf(next))) this.#parts.changed()
  }

  #describe(): void {
    const offer = this.#offer
    this.#described =
      offer === undefined ? undefined : describeOffer(offer, this.#parts.definition(), this.#cached)
  }
}

async function offerOf(connection: SdkConnection, clock: Clock): Promise<StoredOffer> {
  const tools = keepableTools(await connection.listTools())
  const { implementation, instructions, protocol } = connection
  return {
    protocol,
    tools,
    at: clock.now(),
    ...(implementation === undefined ? {} : { implementation }),
    ...(instructions === undefined ? {} : { instructions }),
  }
}

function contentOf({ at: _at, ...content }: StoredOffer): Omit<StoredOffer, 'at'> {
  return content
}

/** Versions are dates: the stateless protocol begins with this one. */
const firstModern = '2026-07-28'

function describeOffer(offer: StoredOffer, definition: ServerDefinition, cached: boolean): ServerDescription {
  const { tools: listed, ...about } = offer
  const { tools, refused } = readTools(definition, listed, offer.protocol >= firstModern)
  return {
    server: definition.name,
    ...about,
    tools: tools.filter(({ serverName }) => isChosen(serverName, definition)),
    refused,
    cached,
  }
}

function isChosen(name: string, { tools: { allow, deny } = {} }: ServerDefinition): boolean {
  return (allow === undefined || allow.includes(name)) && deny?.includes(name) !== true
}
