import type { PostgresSession } from '@keepup/database-postgres'
import type { JobWithMetadata } from 'pg-boss'

import type { DeadJob } from '../run-queue.ts'
import { deadQueue } from './open-boss.ts'
import type { JobData, PostgresParts } from './postgres-parts.ts'
import { sessionAdapter } from './session-adapter.ts'

/** The jobs that were given up, oldest first, in a session. */
export async function readDead(
  { boss }: PostgresParts,
  session: PostgresSession,
  threads?: readonly string[],
): Promise<readonly JobWithMetadata<JobData>[]> {
  const found = await boss.findJobs<JobData>(deadQueue, { queued: true, db: sessionAdapter(session) })
  return found
    .filter(({ data }) => threads?.includes(data.thread) ?? true)
    .toSorted((a, b) => a.createdOn.getTime() - b.createdOn.getTime())
}

/** Forgets the dead jobs of threads; gives those that there were. */
export async function forgetDead(
  parts: PostgresParts,
  session: PostgresSession,
  threads?: readonly string[],
): Promise<readonly JobWithMetadata<JobData>[]> {
  const found = await readDead(parts, session, threads)
  if (found.length > 0) {
    const ids = found.map(({ id }) => id)
    await parts.boss.deleteJob(deadQueue, ids, { db: sessionAdapter(session) })
  }
  return found
}

/** A dead job as it is told. */
export function deadJob({
  data,
  sourceOutput,
  sourceRetryCount,
  createdOn,
}: JobWithMetadata<JobData>): DeadJob {
  return {
    thread: data.thread,
    tenant: data.tenant,
    reason: reasonIn(sourceOutput) ?? 'its claims were lost',
    attempts: data.attempts + (sourceRetryCount ?? 0) + 1,
    died: createdOn.getTime(),
  }
}

function reasonIn(output: object | null): string | undefined {
  return output !== null && 'reason' in output && typeof output.reason === 'string'
    ? output.reason
    : undefined
}
