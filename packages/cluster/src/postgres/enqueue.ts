import { type PostgresSession, statement } from '@keepup/database-postgres'

import type { WholeJob } from '../check-job.ts'
import { runsQueue } from './open-boss.ts'
import { type JobData, nowOf, type PostgresParts } from './postgres-parts.ts'
import { sessionAdapter } from './session-adapter.ts'

/** Where a job is put, and how many attempts its thread had. */
export interface Line {
  readonly queue: string
  readonly attempts: number
}

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
    const data: JobData = { thread, reason, tenant, priority, attempts }
    const id = await boss.send(queue, data, {
      singletonKey: thread,
      priority,
      group: { id: tenant, tier: tenant },
      retryLimit: Math.max(0, settings.attempts - 1 - attempts),
      ...(due > now ? { startAfter: new Date(due) } : {}),
      db,
    })
    // `null` where another process was faster.
    return id === null ? 'known' : 'queued'
  }
  if (due < waiting.startAfter.getTime() || priority > waiting.priority) {
    const startAfter = new Date(Math.min(due, waiting.startAfter.getTime()))
    await boss.update(queue, undefined, {
      id: waiting.id,
      startAfter,
      priority: Math.max(priority, waiting.priority),
      db,
    })
  }
  return 'known'
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
