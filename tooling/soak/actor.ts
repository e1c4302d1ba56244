import { currentOwner } from '@keepup/checkpoint'
import type { ArtifactHash, LeaseToken, ThreadId } from '@keepup/core'
import type { Random } from '@keepup/testing/simulation'

import { chooseOperation } from './choose-operation.ts'
import type { Operation } from './operation.ts'
import type { SoakStore } from './soak-store.ts'

/** Who does operations on a store, and what it must remember between them: the leases it took and the artifacts it put. */
export class Actor {
  readonly #store: SoakStore
  readonly #random: Random
  readonly #life: number
  readonly #isPowerOnly: boolean
  readonly #owner = currentOwner('worker')
  readonly #tokens = new Map<ThreadId, LeaseToken>()
  readonly #artifacts: ArtifactHash[] = []
  #names = 0

  constructor(store: SoakStore, parts: { random: Random; life: number; isPowerOnly: boolean }) {
    this.#store = store
    this.#random = parts.random
    this.#life = parts.life
    this.#isPowerOnly = parts.isPowerOnly
  }

  /** What it does next: an operation, and before it the leases that are missing for it. */
  async next(): Promise<readonly Operation[]> {
    const operation = await chooseOperation({
      random: this.#random,
      checkpointer: this.#store.checkpointer,
      newName: () => `${this.#life}.${(this.#names += 1)}`,
      artifacts: this.#artifacts,
      isPowerOnly: this.#isPowerOnly,
    })
    const missing = threadsOf(operation).filter((thread) => !this.#tokens.has(thread))
    return [...missing.map((thread): Operation => ({ kind: 'lease', what: 'lease', thread })), operation]
  }

  /** The token of a thread's lease, which is taken where it is not held. */
  readonly token = async (thread: ThreadId): Promise<LeaseToken> => {
    const known = this.#tokens.get(thread)
    if (known !== undefined) return known
    const lease = await this.#store.checkpointer.lease(thread, this.#owner, 86_400_000)
    this.#tokens.set(thread, lease.token)
    return lease.token
  }

  /** Keeps what came of an operation in mind. */
  note(operation: Operation, outcome: string): void {
    if (operation.kind === 'artifact' && outcome.startsWith('{'))
      this.#artifacts.push((JSON.parse(outcome) as { hash: string }).hash)
    // What was erased has no lease any more.
    if (operation.kind === 'erase' || outcome === 'lease-lost') this.#tokens.clear()
  }
}

function threadsOf(operation: Operation): readonly ThreadId[] {
  if (operation.kind === 'commit') return operation.appends.map(({ thread }) => thread)
  return operation.kind === 'prune' ? [operation.pruning.thread] : []
}
