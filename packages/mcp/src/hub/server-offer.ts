import { canonicalJson, type Clock, KeepupError, type Milliseconds } from '@keepup/core'

import type { SdkConnection } from '../connection/sdk-connection.ts'
import type { HubParts, HubStore, ListedTools, ReviewedTools } from '../hub-parts.ts'
import type { ServerDefinition } from '../server-definition.ts'
import type { OfferedTool, ServerDescription } from '../server-status.ts'
import { keepableTools, readTools } from '../tools/read-tools.ts'
import { eraseOffer, readOffer, type StoredOffer, writeOffer } from './offer-store.ts'
import { withReview } from './reviewed-offer.ts'

/** What an offer is made of. */
export interface OfferParts {
  readonly store: HubStore | undefined
  readonly clock: Clock
  readonly definition: () => ServerDefinition
  readonly changed: () => void
  readonly review: HubParts['review']
  readonly others: () => ListedTools['others']
}

/** How long after a list was read it is read again at the soonest: twice as long each time, up to the longest. */
const firstPause: Milliseconds = 100
const longestPause: Milliseconds = 60_000

/** What a server offers: read from the store first, from the server once it is connected, and again whenever it says that it has changed. */
export class ServerOffer {
  readonly #parts: OfferParts
  #offer: StoredOffer | undefined
  #described: ServerDescription | undefined
  #reviewed: ReviewedTools | undefined
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

  /** The names of what the server listed, whatever becomes of them. */
  listed(): readonly string[] {
    return (this.#offer?.tools ?? []).flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
  }

  /** Fails `tool-denied` where a tool is reviewed and no longer offered as it was when it was shown. */
  async checkOffered({ serverName, server, raw }: OfferedTool): Promise<void> {
    if (this.#parts.review === undefined) return
    await this.settled()
    const now = this.find(serverName)
    if (now !== undefined && canonicalJson(now.raw) === canonicalJson(raw)) return
    const why = this.#described?.refused.find((refused) => refused.serverName === serverName)?.reason
    const text = `The tool ${serverName} of the MCP server "${server}" is not what it was when it was shown: ${why ?? 'it is gone'}.`
    throw new KeepupError('tool-denied', text)
  }

  /** Has what is known judged again. */
  async reviewAgain(): Promise<void> {
    const offer = this.#offer
    if (offer === undefined) return
    const reviewed = await this.#review(offer)
    if (this.#offer !== offer || isSame(reviewed, this.#reviewed)) return
    this.#reviewed = reviewed
    this.reread()
  }

  /** Reads what was kept, where nothing newer is known. Whether anything is known then. */
  async recall(): Promise<boolean> {
    if (this.#offer !== undefined) return true
    const found = await readOffer(this.#parts.store, this.#parts.definition())
    const reviewed = found === undefined ? undefined : await this.#review(found)
    if (found !== undefined && this.#offer === undefined) this.#take(found, reviewed, true)
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
    const reviewed = await this.#review(next)
    if (this.#connection !== asked) return
    this.#take(next, reviewed, false)
    await writeOffer(store, definition(), next)
  }

  async #review({ tools }: StoredOffer): Promise<ReviewedTools | undefined> {
    const { name, source } = this.#parts.definition()
    const identity = `${source.file ?? source.scope}#${name}`
    return this.#parts.review?.({ server: name, identity, tools, others: this.#parts.others() })
  }

  #take(next: StoredOffer, reviewed: ReviewedTools | undefined, fromStore: boolean): void {
    const before = this.#offer === undefined ? undefined : JSON.stringify(contentOf(this.#offer))
    const isReviewed = isSame(reviewed, this.#reviewed)
    this.#offer = next
    this.#reviewed = reviewed
    this.#cached = fromStore
    this.#describe()
    if (!isReviewed || before !== JSON.stringify(contentOf(next))) this.#parts.changed()
  }

  #describe(): void {
    const offer = this.#offer
    this.#described =
      offer === undefined
        ? undefined
        : withReview(describeOffer(offer, this.#parts.definition(), this.#cached), this.#reviewed)
  }
}

async function offerOf(connection: SdkConnection, clock: Clock): Promise<StoredOffer> {
  const tools = keepableTools(await connection.relistTools())
  const { implementation, instructions, protocol } = connection
  return {
    protocol,
    tools,
    at: clock.now(),
    ...(implementation === undefined ? {} : { implementation }),
    ...(instructions === undefined ? {} : { instructions }),
  }
}

function isSame(a: ReviewedTools | undefined, b: ReviewedTools | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
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
