import { KeepupError } from '@keepup/core'
import type { PostgresDatabase } from '@keepup/database-postgres'
import type { PgBoss } from 'pg-boss'

import type { WholeSettings } from '../queue-settings.ts'

/** The queue that every worker takes from. */
export const runsQueue = 'runs'

/** Where jobs come that were given up. */
export const deadQueue = 'runs-dead'

/** @limit In seconds: how long a run may take before its claim is taken away; pg-boss allows no longer. */
const longestRun = 86_399

/** In seconds: how long a job may wait. One that is lost is put in line again by whoever looks for it. */
const longestWait = 10 * 365 * 86_400

/** In seconds: how long pg-boss keeps jobs that are done. */
const kept = 600

/** Starts pg-boss on a schema of its own beside that of the database. Fails `database-unavailable`. */
export async function openBoss(
  database: PostgresDatabase,
  address: string,
  settings: WholeSettings,
): Promise<PgBoss> {
  const { PgBoss: Boss } = await import('pg-boss')
  const boss = new Boss({
    connectionString: address,
    application_name: 'keepup queue',
    schema: bossSchema(database),
    max: 2,
    schedule: false,
  })
  // What breaks its connections breaks those of the database as well, and is told there.
  boss.on('error', () => undefined)
  try {
    await boss.start()
    await boss.createQueue(deadQueue, { policy: 'standard', retentionSeconds: longestWait })
    await createRunsQueue(boss, runsQueue, settings)
  } catch (cause) {
    await boss.stop({ graceful: false }).catch(() => undefined)
    const message = `The queue on ${database.name} could not be opened. Check that this user may create a schema there.`
    throw new KeepupError('database-unavailable', message, { cause })
  }
  return boss
}

/** Makes a queue of runs where there is none of that name. */
export async function createRunsQueue(
  boss: PgBoss,
  name: string,
  { attempts }: WholeSettings,
): Promise<void> {
  await boss.createQueue(name, {
    // One job of a thread waits. That one is claimed at a time is held by our own row: this version of pg-boss would stop at a thread that is.
    policy: 'short',
    deadLetter: deadQueue,
    retryLimit: attempts - 1,
    retryDelay: 0,
    expireInSeconds: longestRun,
    retentionSeconds: longestWait,
    deleteAfterSeconds: kept,
  })
}

/** The schema of pg-boss beside that of a database. */
export function bossSchema({ schema }: Pick<PostgresDatabase, 'schema'>): string {
  return `${schema}_queue`
}
