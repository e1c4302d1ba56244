import { type PostgresSession, statement } from '@keepup/database-postgres'

import type { ClaimStatus, QueueStatus } from '../run-queue.ts'
import { readDead } from './dead-jobs.ts'
import { bossSchema } from './open-boss.ts'
import type { PostgresParts } from './postgres-parts.ts'
import { isPaused, readWorkers } from './worker-rows.ts'

const claimRows = statement<ClaimStatus>(
  'SELECT thread, tenant, worker, since FROM run_claim ORDER BY since, thread',
)

interface Counted {
  readonly tenant: string
  readonly due: number
  readonly deferred: number
}

/** How the queue stands. */
export async function statusOf(parts: PostgresParts, session: PostgresSession): Promise<QueueStatus> {
  const counted = await session.query(countWaiting(bossSchema(parts.database)))
  const claims = await session.query(claimRows)
  const workers = await readWorkers(session)
  const names = new Set([...counted, ...claims].map(({ tenant }) => tenant))
  return {
    paused: await isPaused(session),
    waiting: sum(counted.map(({ due }) => due)),
    deferred: sum(counted.map(({ deferred }) => deferred)),
    claims,
    dead: (await readDead(parts, session)).length,
    workers: workers.map((worker) => ({
      ...worker,
      claims: claims.filter((claim) => claim.worker === worker.id).length,
    })),
    tenants: [...names].toSorted().map((tenant) => ({
      tenant,
      waiting: sum(counted.flatMap((one) => (one.tenant === tenant ? [one.due, one.deferred] : []))),
      claimed: claims.filter((claim) => claim.tenant === tenant).length,
    })),
  }
}

/** What waits, from the table of pg-boss: its own counts are up to an hour old. */
function countWaiting(schema: string) {
  return statement<Counted>(
    `SELECT group_id AS tenant, count(*) FILTER (WHERE start_after <= now()) AS due, count(*) FILTER (WHERE start_after > now()) AS deferred
     FROM ${schema}.job WHERE (name = 'runs' OR name LIKE 'runs-above-%') AND state < 'active' GROUP BY group_id`,
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
