import { type Clock, KeepupError, type Lease, type Owner } from '@keepup/core'

import type { Mutant } from './mutant.ts'

interface Held {
  token: number
  owner?: Owner | undefined
  expires: number
}

/** The leases of the fake. */
export class FakeLeases {
  readonly #held = new Map<string, Held>()
  readonly #clock: Clock
  readonly #mutant: Mutant | undefined
  readonly #isOwnerDead: (owner: Owner) => boolean

  constructor(clock: Clock, isOwnerDead: (owner: Owner) => boolean, mutant: Mutant | undefined) {
    this.#clock = clock
    this.#isOwnerDead = isOwnerDead
    this.#mutant = mutant
  }

  take(thread: string, owner: Owner, ttl: number): Lease {
    const held = this.#held.get(thread) ?? { token: 0, expires: 0 }
    const present = this.owner(thread)
    const blocked = present !== undefined && !sameOwner(present, owner) && !this.#isOwnerDead(present)
    if (blocked && this.#mutant !== 'lets an owner take a held lease') {
      const details = { owner: present, expires: held.expires }
      throw new KeepupError(
        'lease-held',
        `Thread ${thread} is held by ${present.instance}. Wait or stop it.`,
        { details },
      )
    }
    const token = this.#mutant === 'never grows the token' ? 1 : held.token + 1
    const taken: Held = { token, owner, expires: this.#clock.now() + ttl }
    this.#held.set(thread, taken)
    return this.#lease(thread, taken, owner)
  }

  /** Fails `lease-lost` unless the token is that of the live lease. */
  check(thread: string, token: number | undefined): void {
    if (this.#mutant === 'ignores the lease') return
    const held = this.#held.get(thread)
    if (held?.token === token && this.owner(thread) !== undefined) return
    throw new KeepupError('lease-lost', `The lease of thread ${thread} was lost. Take it anew.`)
  }

  owner(thread: string): Owner | undefined {
    const held = this.#held.get(thread)
    const live =
      held !== undefined &&
      (held.expires > this.#clock.now() || this.#mutant === 'keeps an expired lease alive')
    return live ? held.owner : undefined
  }

  #lease(thread: string, taken: Held, owner: Owner): Lease {
    const current = (): boolean => this.#held.get(thread) === taken
    const release = async (): Promise<void> => {
      if (current()) taken.owner = undefined
    }
    return {
      thread,
      token: taken.token,
      owner,
      get expires() {
        return taken.expires
      },
      renew: async (ttl) => {
        if (!current()) throw new KeepupError('lease-lost', `The lease of thread ${thread} was lost.`)
        taken.expires = this.#clock.now() + ttl
      },
      release,
      [Symbol.asyncDispose]: release,
    }
  }
}

function sameOwner(a: Owner, b: Owner): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
