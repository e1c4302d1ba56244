import type { PostgresSession } from '@keepup/database-postgres'
import type { Job } from 'pg-boss'

import { enqueueIn } from './enqueue.ts'
import type { JobData, PostgresParts } from './postgres-parts.ts'
import { sessionAdapter } from './session-adapter.ts'

/** A claimed job that is to wait again. */
export interface PutBack {
  readonly queue: string
  readonly job: Pick<Job<JobData>, 'data' | 'id' | 'retryCount'>
  /** The attempts that count so far. */
  readonly attempts: number
  readonly after: number
  /** The queue that it waits in; the same when left out. */
  readonly into?: string
}

/** Ends a job of pg-boss and puts another one in line for its thread. */
export async function putBack(
  parts: PostgresParts,
  session: PostgresSession,
  { queue, job, attempts, after, into = queue }: PutBack,
): Promise<void> {
  await parts.boss.complete(queue, job, null, { db: sessionAdapter(session) })
  const { attempts: _, behind: __, ...data } = job.data
  await enqueueIn(parts, session, { ...data, after, onlyIfMissing: false }, { queue: into, attempts })
}
