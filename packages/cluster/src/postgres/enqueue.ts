import { type PostgresSession, statement } from '@keepup/database-postgres'
import type { JobWithMetadata } from 'pg-boss'

import type { WholeJob } from '../check-job.ts'
import { runsQueue } from './open-boss.ts'
import { type JobData, nowOf, type PostgresParts } from './postgres-parts.ts'
import { sessionAdapter } from './session-adapter.ts'

/** Where a job is put, and how many attempts its thread had. */
export interface Line {
  readonly queue: string
  readonly attempts: number
}

/** When a job may be claimed that waits for the end of a claim: not by the clock. */
const endOfClaim = new Date('2999-01-01T00:00:00Z')

const claimed = statement('SELECT FROM run_claim WHERE thread = $1')

/** Puts a thread in line, or brings the job forward that waits for it already. */
export async function enqueueIn(
  parts: PostgresParts,
  session: PostgresSession,
  { thread, reason, tenant, priority, after, onlyIfMissing }: WholeJob,
  { queue, attempts }: Line = { queue: runsQueue, attempts: 0 },
): Promise<'queued' | 'known'> {
  const { boss, settings } = parts
  const db = sessionAdapter(session)
  const now = await nowOf(session)
  const [waiting] = await boss.findJobs<JobData>(queue, { key: thread, queued: true, db })
  if (onlyIfMissing && (waiting !== undefined || (await isElsewhere(parts, session, thread)))) return 'known'
  const due = after ?? now
  if (waiting === undefined) {
    const behind = (await session.query(claimed, thread)).length > 0
    const data: JobData = { thread, reason, tenant, priority, attempts, ...(behind ? { behind } : {}) }
    const id = await boss.send(queue, data, {
      singletonKey: thread,
      priority,
      group: { id: tenant, tier: tenant },
      retryLimit: Math.max(0, settings.attempts - 1 - attempts),
      ...(behind ? { startAfter: endOfClaim } : due > now ? { startAfter: new Date(due) } : {}),
      db,
    })
    // `null` where another process was faster.
    return id === null ? 'known' : 'queued'
  }
  if (waiting.data.behind !== true) await bringForward(parts, session, waiting, { queue, due, priority })
  return 'known'
}

interface Sooner {
  readonly queue: string
  readonly due: number
  readonly priority: number
}

/** Lets a job that waits be claimed sooner, where it would be later or less urgent. */
async function bringForward(
  { boss }: PostgresParts,
  session: PostgresSession,
  waiting: Pick<JobWithMetadata<JobData>, 'id' | 'priority' | 'startAfter'>,
  { queue, due, priority }: Sooner,
): Promise<void> {
  if (due >= waiting.startAfter.getTime() && priority <= waiting.priority) return
  await boss.update(queue, undefined, {
    id: waiting.id,
    startAfter: new Date(Math.min(due, waiting.startAfter.getTime())),
    priority: Math.max(priority, waiting.priority),
    db: sessionAdapter(session),
  })
}

/** Lets the job go that waited for the end of a claim of its thread. */
export async function letGo(
  { boss, above }: PostgresParts,
  session: PostgresSession,
  thread: string,
): Promise<void> {
  const db = sessionAdapter(session)
  for (const queue of [runsQueue, ...above.values()]) {
    for (const { id, data } of await boss.findJobs<JobData>(queue, { key: thread, queued: true, db })) {
      if (data.behind !== true) continue
      const { behind: _, ...free } = data
      await boss.update(queue, free, { id, startAfter: new Date(await nowOf(session)), db })
    }
  }
}

/** Whether a thread is claimed, or waits for workers of a higher version. */
async function isElsewhere(
  { boss, above }: PostgresParts,
  session: PostgresSession,
  thread: string,
): Promise<boolean> {
  if ((await session.query(claimed, thread)).length > 0) return true
  const db = sessionAdapter(session)
  for (const queue of above.values()) {
    if ((await boss.findJobs(queue, { key: thread, queued: true, db })).length > 0) return true
  }
  return false
}
