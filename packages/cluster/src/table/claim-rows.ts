import type { Milliseconds } from '@keepup/core'

import type { Claim, ClaimRequest } from '../run-queue.ts'
import { mayClaim } from '../tenant-limit.ts'
import type { Moment } from './moment.ts'
import type { JobRow } from './queue-rows.ts'

const minute: Milliseconds = 60_000

/** Gives jobs that are due to a worker. */
export function claimRows(moment: Moment, { worker, limit, tenants }: ClaimRequest): readonly Claim[] {
  const { rows, now } = moment
  rows.seeWorker(worker, now)
  if (rows.isPaused()) return []
  const held = rows.all('claimed')
  const busy = new Set(held.map(({ thread }) => thread))
  const used = (tenant: string) => ({
    claimed:
      held.filter((row) => row.tenant === tenant).length +
      claims.filter((one) => one.tenant === tenant).length,
    thisMinute: rows.starts(tenant, now - minute),
  })
  const claims: Claim[] = []
  const taken: JobRow[] = []
  for (const row of rows.due(now, worker.version)) {
    if (claims.length >= limit) break
    if (busy.has(row.thread)) continue
    if (tenants !== undefined) {
      if (!mayClaim(tenants, row.tenant, used(row.tenant))) continue
      rows.noteStart(row.tenant, now)
    }
    claims.push(claimOf(row))
    taken.push(row)
  }
  for (const row of taken) hold(moment, row, worker)
  return claims
}

function hold({ rows, now, settings }: Moment, row: JobRow, { id, owner }: ClaimRequest['worker']): void {
  const holder = { worker: id, owner, until: now + settings.patience }
  rows.put({ ...row, state: 'claimed', since: now, holder })
}

function claimOf({ id, thread, reason, tenant, priority, attempts }: JobRow): Claim {
  return { id, thread, reason, tenant, priority, attempt: attempts + 1 }
}
