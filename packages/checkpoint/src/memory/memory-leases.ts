import { type Clock, KeepupError, type Lease, type LeaseToken, type Owner } from '@keepup/core'
import type { Milliseconds, ThreadId, Timestamp } from '@keepup/core'

import { leaseHeld, leaseLost } from '../lease-error.ts'

/** Who may append to which thread. Tokens outlive leases and threads, so that they always grow. */
export interface MemoryLeases {
  take(thread: ThreadId, owner: Owner, ttl: Milliseconds): Lease
  /** Fails `lease-lost` unless the token is that of a live lease. */
  check(thread: ThreadId, token: LeaseToken | undefined): void
  /** Fails `lease-held` while a lease is live whose owner may write. */
  checkFree(thread: ThreadId): void
  /** The owner of the live lease. */
  owner(thread: ThreadId): Owner | undefined
  /** Ends whatever lease there is. */
  revoke(thread: ThreadId): void
}

interface Held {
  readonly token: LeaseToken
  /** `undefined` once it was given back. */
  owner: Owner | undefined
  expires: Timestamp
}

/** Leases in this process. */
export function memoryLeases(clock: Clock, isDead: (owner: Owner) => boolean): MemoryLeases {
  const leases = new Map<ThreadId, Held>()

  function live(thread: ThreadId): Held | undefined {
    const held = leases.get(thread)
    return held?.owner !== undefined && held.expires > clock.now() ? held : undefined
  }

  function revoke(thread: ThreadId): void {
    const held = leases.get(thread)
    if (held !== undefined) held.owner = undefined
  }

  return {
    revoke,
    take(thread, owner, ttl) {
      const holder = live(thread)
      if (holder?.owner !== undefined && !sameOwner(holder.owner, owner) && !isDead(holder.owner)) {
        throw leaseHeld({ thread, owner: holder.owner, expires: holder.expires })
      }
      const token = (leases.get(thread)?.token ?? 0) + 1
      const held: Held = { token, owner: { ...owner }, expires: expiry(clock, ttl) }
      leases.set(thread, held)
      return toLease(thread, owner, held, {
        current: () => leases.get(thread) === held && held.owner !== undefined,
        clock,
      })
    },
    check(thread, token) {
      const held = live(thread)
      if (token === undefined || held?.token !== token) throw leaseLost(thread, token)
    },
    checkFree(thread) {
      const holder = live(thread)
      if (holder?.owner === undefined || isDead(holder.owner)) return
      throw leaseHeld({ thread, owner: holder.owner, expires: holder.expires })
    },
    owner: (thread) => live(thread)?.owner,
  }
}

function toLease(
  thread: ThreadId,
  owner: Owner,
  held: Held,
  now: { readonly current: () => boolean; readonly clock: Clock },
): Lease {
  function release(): Promise<void> {
    held.owner = undefined
    return Promise.resolve()
  }
  return {
    thread,
    owner,
    token: held.token,
    get expires() {
      return held.expires
    },
    async renew(ttl) {
      await Promise.resolve()
      if (!now.current()) throw leaseLost(thread, held.token)
      held.expires = expiry(now.clock, ttl)
    },
    release,
    [Symbol.asyncDispose]: release,
  }
}

function expiry(clock: Clock, ttl: Milliseconds): Timestamp {
  if (ttl > 0) return clock.now() + ttl
  throw new KeepupError('input-invalid', `A lease must last for some milliseconds, but ttl is ${ttl}.`)
}

function sameOwner(a: Owner, b: Owner): boolean {
  return (
    a.host === b.host &&
    a.boot === b.boot &&
    a.process === b.process &&
    a.started === b.started &&
    a.instance === b.instance
  )
}
