import { type PostgresSession, statement } from '@keepup/database-postgres'
import type { FetchOptions, Job } from 'pg-boss'

import type { Claim, ClaimRequest, TenantLimits } from '../run-queue.ts'
import { limitOf } from '../tenant-limit.ts'
import { runsQueue } from './open-boss.ts'
import { type JobData, nowOf, type PostgresParts } from './postgres-parts.ts'
import { putBack } from './put-back.ts'
import { reap } from './reap.ts'
import { sessionAdapter } from './session-adapter.ts'
import { isPaused, seeWorker } from './worker-rows.ts'

/** A number that stands for no limit. */
const unbounded = 1_000_000_000

const lock = statement(
  "SELECT pg_advisory_xact_lock(hashtextextended('keepup run claims ' || current_schema(), 0))",
)
const noteClaim = statement(
  `INSERT INTO run_claim (thread, queue, job, attempt, retry, tenant, worker, owner, since, seen)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT (thread) DO NOTHING`,
)
const noteStart = statement('INSERT INTO run_start VALUES ($1, $2)')
const forgetStarts = statement('DELETE FROM run_start WHERE time <= $1')
const countStarts = statement<{ tenant: string; starts: number }>(
  'SELECT tenant, count(*) AS starts FROM run_start WHERE time > $1 GROUP BY tenant',
)

/** Gives jobs that are due to a worker. */
export async function claim(parts: PostgresParts, request: ClaimRequest): Promise<readonly Claim[]> {
  await reap(parts)
  return parts.database.write('process', async (session) => {
    const now = await nowOf(session)
    await seeWorker(session, request.worker, now)
    if (request.limit < 1 || (await isPaused(session))) return []
    // What limits count must not change between the counting and the claim.
    if (request.tenants !== undefined) await session.query(lock)
    const claims: Claim[] = []
    for (const queue of queuesOf(parts, request.worker.version)) {
      while (claims.length < request.limit) {
        const jobs = await fetchJobs(parts, session, {
          queue,
          now,
          request,
          left: request.limit - claims.length,
        })
        if (jobs.length === 0) break
        for (const job of jobs) {
          const held = await hold(parts, session, { queue, job, request, now })
          if (held !== undefined) claims.push(held)
        }
      }
    }
    return claims
  })
}

/** The queue of all, and those for workers above versions that this one is above. */
function queuesOf({ above }: PostgresParts, version: number): readonly string[] {
  return [runsQueue, ...[...above].flatMap(([least, queue]) => (version > least ? [queue] : []))]
}

interface Fetching {
  readonly queue: string
  readonly now: number
  readonly request: ClaimRequest
  readonly left: number
}

async function fetchJobs(
  { boss }: PostgresParts,
  session: PostgresSession,
  { queue, now, request: { tenants }, left }: Fetching,
): Promise<readonly Job<JobData>[]> {
  const db = sessionAdapter(session)
  if (tenants === undefined) return boss.fetch<JobData>(queue, { batchSize: left, db })
  // One by one, as each may be the last that its tenant is allowed.
  const limits = { ...concurrencyOf(tenants), ignoreGroups: await exhausted(session, tenants, now) }
  return boss.fetch<JobData>(queue, { batchSize: 1, db, ...limits })
}

function concurrencyOf({ otherwise = {}, named = {} }: TenantLimits): Pick<FetchOptions, 'groupConcurrency'> {
  const tiers = Object.entries(named).map(([tenant, { concurrency = unbounded }]) => [tenant, concurrency])
  return {
    groupConcurrency: { default: otherwise.concurrency ?? unbounded, tiers: Object.fromEntries(tiers) },
  }
}

/** The tenants whose claims of the last minute are as many as they may be. */
async function exhausted(session: PostgresSession, tenants: TenantLimits, now: number): Promise<string[]> {
  const since = now - 60_000
  const counted = await session.query(countStarts, since)
  return counted.flatMap(({ tenant, starts }) =>
    starts >= (limitOf(tenants, tenant).perMinute ?? Infinity) ? [tenant] : [],
  )
}

interface Holding {
  readonly queue: string
  readonly job: Job<JobData>
  readonly request: ClaimRequest
  readonly now: number
}

async function hold(
  parts: PostgresParts,
  session: PostgresSession,
  { queue, job, request: { worker, tenants }, now }: Holding,
): Promise<Claim | undefined> {
  const { id, data, retryCount } = job
  const { thread, reason, tenant, priority, attempts } = data
  const attempt = attempts + retryCount + 1
  const owner = JSON.stringify(worker.owner)
  const who = [tenant, worker.id, owner, now] as const
  if ((await session.change(noteClaim, thread, queue, id, attempt, retryCount, ...who)) === 0) {
    // It is claimed already: the job waits for the end of that.
    await putBack(parts, session, { queue, job, attempts: attempt - 1, after: now })
    return undefined
  }
  if (tenants !== undefined) {
    await session.change(noteStart, tenant, now)
    await session.change(forgetStarts, now - 60_000)
  }
  return { id, thread, reason, tenant, priority, attempt }
}
