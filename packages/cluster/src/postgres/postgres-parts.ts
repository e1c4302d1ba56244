import type { Owner } from '@keepup/core'
import { type PostgresDatabase, type PostgresSession, statement } from '@keepup/database-postgres'
import type { PgBoss } from 'pg-boss'

import type { WholeSettings } from '../queue-settings.ts'
import type { RunReason } from '../run-queue.ts'

/** What the pieces of a queue on PostgreSQL share. */
export interface PostgresParts {
  readonly database: PostgresDatabase
  readonly boss: PgBoss
  readonly settings: WholeSettings
  readonly isOwnerDead: (owner: Owner) => boolean
  /** The queues for workers above a version, as far as they are known. */
  readonly above: Map<number, string>
}

/** What a job of pg-boss carries. */
export interface JobData {
  readonly thread: string
  readonly reason: RunReason
  readonly tenant: string
  readonly priority: number
  /** Attempts before this job stood for the thread. */
  readonly attempts: number
  /** It waits for the end of the claim that its thread has: whoever ends that lets it go. */
  readonly behind?: true
}

const clock = statement<{ now: number }>(
  'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now',
)

/** The present moment by the server's clock. */
export async function nowOf(session: PostgresSession): Promise<number> {
  const [row] = await session.query(clock)
  return row?.now ?? 0
}
