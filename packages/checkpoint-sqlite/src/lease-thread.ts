import { checkThread, leaseHeld, leaseLost } from '@keepup/checkpoint'
import { checkDuration, ownerText, parseOwner } from '@keepup/checkpoint/backend'
import type { Lease, Milliseconds, Owner, ThreadId, Timestamp } from '@keepup/core'

import type { Parts } from './parts.ts'
import type { Session } from './session.ts'
import type { LeaseRow, ThreadRow } from './thread-rows.ts'

/** Takes the right to append; see `Checkpointer.lease`. */
export async function leaseThread(
  parts: Parts,
  session: Session,
  name: ThreadId,
  owner: Owner,
  ttl: Milliseconds,
): Promise<Lease> {
  checkThread(name)
  checkDuration(ttl)
  const row = await session.write('process', () => {
    parts.cache.refresh()
    const thread = parts.cache.ensure(name)
    refuseHeld(parts, thread, ownerText(owner))
    thread.lease = parts.leases.take(thread.id, ownerText(owner), parts.clock.now() + ttl)
    return thread.lease
  })
  return toLease(parts, session, name, { ...owner }, row)
}

/** Fails `lease-held` while an owner other than the one asking, which is not provably dead, may write to a thread. */
export function refuseHeld(parts: Parts, thread: ThreadRow, asking: string): void {
  const held = thread.lease
  if (held === undefined || held.owner === asking || held.expires <= parts.clock.now()) return
  const owner = parseOwner(held.owner)
  if (parts.isOwnerDead(owner)) return
  throw leaseHeld({ thread: thread.name, owner, expires: held.expires })
}

function toLease(parts: Parts, session: Session, name: ThreadId, owner: Owner, row: LeaseRow): Lease {
  const { token } = row
  let expires: Timestamp = row.expires

  async function release(): Promise<void> {
    await session.write('process', () => {
      parts.cache.refresh()
      const thread = parts.cache.find(name)
      if (thread?.lease?.token !== token) return
      parts.leases.release(thread.id, token)
      thread.lease = undefined
    })
  }

  return {
    thread: name,
    token,
    owner,
    get expires() {
      return expires
    },
    async renew(ttl) {
      checkDuration(ttl)
      expires = await session.write('process', () => {
        parts.cache.refresh()
        const thread = parts.cache.find(name)
        const later = parts.clock.now() + ttl
        if (thread === undefined || !parts.leases.renew(thread.id, token, later)) throw leaseLost(name, token)
        thread.lease = { token, owner: ownerText(owner), expires: later }
        return later
      })
    },
    release,
    [Symbol.asyncDispose]: release,
  }
}
