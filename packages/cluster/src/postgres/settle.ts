import { type PostgresSession, statement } from '@keepup/database-postgres'

import { pauseAfter } from '../queue-settings.ts'
import type { Claim, ClaimEnd, WorkerFacts } from '../run-queue.ts'
import { forgetDead } from './dead-jobs.ts'
import { letGo } from './enqueue.ts'
import { createRunsQueue } from './open-boss.ts'
import { type JobData, nowOf, type PostgresParts } from './postgres-parts.ts'
import { putBack } from './put-back.ts'
import { sessionAdapter } from './session-adapter.ts'

const release = statement<{ queue: string; retry: number }>(
  'DELETE FROM run_claim WHERE thread = $1 AND job = $2 AND attempt = $3 AND worker = $4 RETURNING queue, retry',
)

/** Ends a claim where it is held. */
export async function settle(
  parts: PostgresParts,
  claim: Claim,
  worker: WorkerFacts,
  end: ClaimEnd,
): Promise<'settled' | 'lost'> {
  const newer = end.type === 'newer' ? await queueAbove(parts, worker.version) : undefined
  return parts.database.write('process', async (session) => {
    const [held] = await session.query(release, claim.thread, claim.id, claim.attempt, worker.id)
    if (held === undefined) return 'lost'
    const now = await nowOf(session)
    const { thread, reason, tenant, priority, attempt } = claim
    const data: JobData = { thread, reason, tenant, priority, attempts: attempt - 1 }
    const job = { id: claim.id, retryCount: held.retry, data }
    if (end.type === 'failed') await fail(parts, session, { ...held, claim, now, reason: end.reason })
    else if (end.type === 'done') {
      await parts.boss.complete(held.queue, job, null, { db: sessionAdapter(session) })
      await forgetDead(parts, session, [thread])
    } else {
      const after = end.type === 'again' ? now + end.after : now
      const into = newer ?? held.queue
      await putBack(parts, session, { queue: held.queue, job, attempts: attempt - 1, after, into })
    }
    await letGo(parts, session, thread)
    return 'settled'
  })
}

interface Failing {
  readonly queue: string
  readonly retry: number
  readonly claim: Claim
  readonly now: number
  readonly reason: string
}

/** pg-boss counts the attempt; how long the job waits then is ours. */
async function fail(
  { boss, settings }: PostgresParts,
  session: PostgresSession,
  { queue, retry, claim, now, reason }: Failing,
): Promise<void> {
  const db = sessionAdapter(session)
  await boss.fail(queue, { id: claim.id, retryCount: retry }, { reason }, { db })
  const startAfter = new Date(now + pauseAfter(settings, claim.attempt))
  // Nothing where it was given up.
  await boss.update(queue, undefined, { id: claim.id, startAfter, db })
}

/** The queue for workers above a version, made where it is missing. */
async function queueAbove({ boss, settings, above }: PostgresParts, version: number): Promise<string> {
  const name = `runs-above-${version}`
  if (!above.has(version)) await createRunsQueue(boss, name, settings)
  above.set(version, name)
  return name
}

/** Looks for the queues that other processes made. */
export async function findQueuesAbove({ boss, above }: Pick<PostgresParts, 'above' | 'boss'>): Promise<void> {
  for (const { name } of await boss.getQueues()) {
    const version = /^runs-above-(\d+)$/.exec(name)?.[1]
    if (version !== undefined) above.set(Number(version), name)
  }
}
