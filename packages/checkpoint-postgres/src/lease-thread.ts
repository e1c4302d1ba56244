import { checkThread, leaseHeld, leaseLost } from '@keepup/checkpoint'
import { checkDuration, ownerText, parseOwner } from '@keepup/checkpoint/backend'
import type { Lease, LeaseToken, Milliseconds, Owner, ThreadId, Timestamp } from '@keepup/core'
import { statement } from '@keepup/database-postgres'

import type { Parts } from './parts.ts'
import type { Session } from './session.ts'
import { toState } from './thread-states.ts'

interface LeaseRow {
  readonly token: number
  readonly owner: string
  readonly expires: number
  readonly head: number
  readonly hash: Buffer | null
  readonly many: boolean
}

// Waits for the disk whatever it is part of: a crash of the server that took the lease back would give its token to another holder too, and the counter
// of tokens goes with it.
const take = statement<LeaseRow>(
  "SELECT l.*, set_config('synchronous_commit', 'on', true) FROM keepup_lease($1, $2, $3, $4, $5) AS l",
)
const renew = statement<{ expires: number }>(
  'UPDATE thread SET expires = keepup_now($4) + $3::double precision WHERE name = $1 AND token = $2 RETURNING expires',
)
const release = statement(
  'UPDATE thread SET token = NULL, owner = NULL, expires = NULL WHERE name = $1 AND token = $2',
)

/** Takes the right to append; see `Checkpointer.lease`. A thread that is leased is about to be written: where it stands comes with the lease. */
export async function leaseThread(
  parts: Parts,
  session: Session,
  name: ThreadId,
  owner: Owner,
  ttl: Milliseconds,
): Promise<Lease> {
  checkThread(name)
  checkDuration(ttl)
  const asking = ownerText(owner)
  let dead: LeaseToken | null = null
  for (;;) {
    const [row]: readonly LeaseRow[] = await session.call(take, [name, asking, ttl, dead, parts.given()])
    if (row === undefined) throw leaseLost(name, undefined)
    if (row.owner === asking) {
      parts.states.set(name, toState(row))
      return toLease(parts, session, name, { ...owner }, row)
    }
    const holder = parseOwner(row.owner)
    if (!parts.isOwnerDead(holder)) throw leaseHeld({ thread: name, owner: holder, expires: row.expires })
    dead = row.token
  }
}

function toLease(parts: Parts, session: Session, name: ThreadId, owner: Owner, row: LeaseRow): Lease {
  const { token } = row
  let expires: Timestamp = row.expires
  async function giveBack(): Promise<void> {
    await session.call(release, [name, token])
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
      const [renewed] = await session.call(renew, [name, token, ttl, parts.given()])
      if (renewed === undefined) throw leaseLost(name, token)
      expires = renewed.expires
    },
    release: giveBack,
    [Symbol.asyncDispose]: giveBack,
  }
}
