import { ApiError } from '../src/api-error.ts'
import type { Approval, ThreadSummary } from '../src/api-types.ts'
import { createClient } from '../src/client.ts'
import { follow, type StreamState } from '../src/follow.ts'
import { readRoute, type Route, tokenIn, toHash } from '../src/route.ts'

/** What all pages look at: who is here, where they are, and what changes in the store. */
export class Session {
  readonly client = createClient((...asked) => fetch(...asked))
  route = $state.raw<Route>({ view: 'threads' })
  signedIn = $state<'unknown' | 'yes' | 'no'>('unknown')
  stream = $state<StreamState>('lost')
  threads = $state.raw<readonly ThreadSummary[]>([])
  approvals = $state.raw<readonly Approval[]>([])
  /** What went wrong last, for a person; empty where nothing did. */
  trouble = $state('')
  now = $state(Date.now())
  #stop = new AbortController()
  #looking = false

  /** Signs in with the token of the address, if there is one, and takes it out of the address before anything else. */
  async start(): Promise<void> {
    const token = tokenIn(location.hash)
    if (token !== undefined) {
      history.replaceState(null, '', toHash({ view: 'threads' }))
      await this.signIn(token)
    } else await this.look()
    this.route = readRoute(location.hash)
  }

  async signIn(token: string): Promise<void> {
    await this.doing(async () => {
      await this.client.signIn(token)
      await this.look()
    })
  }

  go(route: Route): void {
    location.hash = toHash(route)
  }

  moved(): void {
    this.route = readRoute(location.hash)
    this.trouble = ''
  }

  /** Does something that may fail, and tells a person if it does. */
  async doing(work: () => Promise<void>): Promise<boolean> {
    this.trouble = ''
    try {
      await work()
      return true
    } catch (error) {
      this.failed(error)
      return false
    }
  }

  /** Tells a person what went wrong. */
  failed(error: unknown): void {
    if (error instanceof ApiError && error.status === 401) this.signedIn = 'no'
    this.trouble = error instanceof Error ? error.message : String(error)
  }

  stop(): void {
    this.#stop.abort()
  }

  private async look(): Promise<void> {
    try {
      this.threads = await this.client.threads()
      this.signedIn = 'yes'
      await this.lookAtApprovals()
      void this.watch()
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      this.signedIn = 'no'
    }
  }

  /** Every change of a thread may have opened a question or closed one. */
  async lookAtApprovals(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    await new Promise((resolve) => setTimeout(resolve, 150))
    this.#looking = false
    this.approvals = await this.client.approvals()
  }

  private async watch(): Promise<void> {
    const state = (found: StreamState): void => void (this.stream = found)
    try {
      for await (const { data } of follow(this.client, '/changes', { signal: this.#stop.signal, state })) {
        // The server tells summaries here.
        const changed = data as ThreadSummary
        const others = this.threads.filter(({ thread }) => thread !== changed.thread)
        this.threads = [changed, ...others]
        this.now = Date.now()
        void this.lookAtApprovals().catch(() => undefined)
      }
    } catch {
      this.signedIn = 'no'
    }
  }
}
