import type { Checkpointer, Clock, Lease, Owner, Timestamp } from '@keepup/core'

import type { Random } from './random.ts'

/** What a store under simulation must be built from, so that it can be built again. */
export interface StoreParts {
  readonly clock: Clock
  readonly newSalt: () => string
  readonly isOwnerDead: (owner: Owner) => boolean
}

/** Makes a fresh, empty store. It must use the parts. */
export type CreateStore = (parts: StoreParts) => Checkpointer | Promise<Checkpointer>

/** A store, and the leases that were taken in it by the number they were given. */
export interface Target {
  readonly checkpointer: Checkpointer
  readonly leases: Map<number, Lease>
}

/** Something that changes the store. Run again on a fresh store, in the same order, it does the same. */
export type Operation<T> = (target: Target) => Promise<T>

interface Recorded {
  readonly operation: Operation<unknown>
  readonly time: Timestamp
  readonly salts: readonly string[]
}

/** A store that remembers what was done to it, so that power can be lost. Operations run one at a time. */
export class RecordedStore {
  readonly #create: CreateStore
  readonly #parts: StoreParts
  readonly #random: Random
  readonly #recorded: Recorded[] = []
  #durable = 0
  #drawn: string[] = []
  #replaying: { readonly time: Timestamp; readonly salts: string[] } | undefined
  #target: Promise<Target>
  #queue: Promise<unknown>

  constructor(create: CreateStore, parts: StoreParts, random: Random) {
    this.#create = create
    this.#parts = parts
    this.#random = random
    this.#target = this.#open()
    this.#queue = this.#target
  }

  /** The store as it is now. */
  target(): Promise<Target> {
    return this.#serially(() => this.#target)
  }

  /** Changes the store, unless the caller was gone by then (`alive` throws). Resolves with a position for `acknowledge`. */
  apply<T>(
    operation: Operation<T>,
    alive: () => void,
  ): Promise<{ readonly result: T; readonly position: number }> {
    return this.#serially(async () => {
      alive()
      this.#drawn = []
      const time = this.#parts.clock.now()
      const result = await operation(await this.#target)
      return { result, position: this.#recorded.push({ operation, time, salts: this.#drawn }) }
    })
  }

  /** Everything up to a position survives power loss from now on. */
  acknowledge(position: number): void {
    this.#durable = Math.max(this.#durable, position)
  }

  /** Forgets a number of the newest operations that chance decides, never one that was acknowledged. Gives how many. */
  losePower(): Promise<number> {
    return this.#serially(async () => {
      const keep = this.#durable + this.#random.below(this.#recorded.length - this.#durable + 1)
      const lost = this.#recorded.splice(keep).length
      const before = await this.#target
      this.#target = this.#rebuild()
      await this.#target
      await before.checkpointer[Symbol.asyncDispose]()
      return lost
    })
  }

  async #open(): Promise<Target> {
    const { clock, newSalt, isOwnerDead } = this.#parts
    const checkpointer = await this.#create({
      clock: { ...clock, now: () => this.#replaying?.time ?? clock.now() },
      newSalt: () => {
        const salt = this.#replaying?.salts.shift() ?? newSalt()
        this.#drawn.push(salt)
        return salt
      },
      isOwnerDead,
    })
    return { checkpointer, leases: new Map() }
  }

  async #rebuild(): Promise<Target> {
    const fresh = await this.#open()
    for (const { operation, time, salts } of this.#recorded) {
      this.#replaying = { time, salts: [...salts] }
      try {
        await operation(fresh)
      } finally {
        this.#replaying = undefined
      }
    }
    return fresh
  }

  #serially<T>(body: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(body)
    this.#queue = result.catch(() => undefined)
    return result
  }
}
