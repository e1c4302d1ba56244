import type { QueueStatus } from '../run-queue.ts'
import type { Moment } from './moment.ts'
import type { JobRow } from './queue-rows.ts'

/** How a queue stands. */
export function statusOf({ rows, now }: Moment): QueueStatus {
  const waiting = rows.all('waiting')
  const claimed = rows.all('claimed')
  const due = waiting.filter(({ after }) => after <= now)
  const tenants = new Set([...waiting, ...claimed].map(({ tenant }) => tenant))
  return {
    paused: rows.isPaused(),
    waiting: due.length,
    deferred: waiting.length - due.length,
    dead: rows.all('dead').length,
    claims: claimed.map(({ thread, tenant, since, holder }) => ({
      thread,
      tenant,
      since,
      worker: holder?.worker ?? '',
    })),
    workers: rows.workers().map((worker) => ({
      ...worker,
      claims: claimed.filter(({ holder }) => holder?.worker === worker.id).length,
    })),
    tenants: [...tenants].toSorted().map((tenant) => ({
      tenant,
      waiting: countOf(waiting, tenant),
      claimed: countOf(claimed, tenant),
    })),
  }
}

function countOf(jobs: readonly JobRow[], wanted: string): number {
  return jobs.filter(({ tenant }) => tenant === wanted).length
}
