import { isOwnerDead } from '@keepup/checkpoint'
import { KeepupError, type Owner, type Transaction, transactionBrand } from '@keepup/core'
import {
  type PostgresDatabase,
  type PostgresSession,
  type PostgresTransaction,
  statement,
} from '@keepup/database-postgres'

import { checkJob } from '../check-job.ts'
import { isForOthers } from '../is-for-others.ts'
import { createListeners } from '../listeners.ts'
import { type QueueSettings, wholeSettings } from '../queue-settings.ts'
import type { Claim, RunQueue, WorkerFacts } from '../run-queue.ts'
import { claim } from './claim.ts'
import { deadJob, forgetDead, readDead } from './dead-jobs.ts'
import { enqueueIn } from './enqueue.ts'
import { openBoss } from './open-boss.ts'
import { nowOf, type PostgresParts } from './postgres-parts.ts'
import { reap } from './reap.ts'
import { findQueuesAbove, settle } from './settle.ts'
import { statusOf } from './status.ts'
import { owner as tablesOwner, tables } from './tables.ts'
import { forgetWorker, seeWorker, setPause } from './worker-rows.ts'

/** The parts of {@link postgresQueue}. */
export interface PostgresQueueOptions extends QueueSettings {
  /** The address of the same database: pg-boss looks after its tables over two connections of its own. */
  readonly address: string
  readonly isOwnerDead?: (owner: Owner) => boolean
}

/** What is announced when jobs may have come. */
const topic = 'runs'

const extendClaim = statement(
  'UPDATE run_claim SET seen = $5 WHERE thread = $1 AND job = $2 AND attempt = $3 AND worker = $4',
)

/**
 * A queue on pg-boss, in a schema beside that of an opened PostgreSQL database, which stays the caller's to close: any number of workers on any number of machines.
 * It makes and migrates its tables first: fails `database-too-new` and `database-unavailable`.
 */
export async function postgresQueue(
  database: PostgresDatabase,
  { address, isOwnerDead: isDead = isOwnerDead, ...settings }: PostgresQueueOptions,
): Promise<RunQueue> {
  await database.migrate(tablesOwner, tables)
  const whole = wholeSettings(settings)
  const boss = await openBoss(database, address, whole)
  const parts: PostgresParts = { database, boss, settings: whole, isOwnerDead: isDead, above: new Map() }
  const looking = setInterval(() => void findQueuesAbove(parts).catch(() => undefined), 30_000)
  looking.unref()
  await findQueuesAbove(parts)
  return queueOver(parts, () => {
    clearInterval(looking)
    return boss.stop({ graceful: false })
  })
}

function queueOver(parts: PostgresParts, close: () => Promise<void>): RunQueue {
  const { database } = parts
  const { announce: tellHere, listen } = createListeners()
  const announce = (): void => {
    tellHere()
    database.announce(topic)
  }
  const write = <T>(body: (session: PostgresSession) => Promise<T>): Promise<T> =>
    database.write('process', body)
  return {
    async enqueue(jobs, within) {
      const checked = jobs.map(checkJob)
      const told = await inSession(database, within, (session) => eachOf(parts, session, checked))
      announce()
      return told
    },
    claim: (request) => claim(parts, request),
    extend: (worker, claims) => extend(parts, worker, claims),
    async settle(held, worker, end) {
      const told = await settle(parts, held, worker, end)
      if (told === 'settled' && isForOthers(end)) announce()
      return told
    },
    async status() {
      await reap(parts)
      return database.read((session) => statusOf(parts, session))
    },
    async dead() {
      await reap(parts)
      return write(async (session) => (await readDead(parts, session)).map(deadJob))
    },
    async redrive(threads) {
      const redriven = await write(async (session) => {
        const found = await forgetDead(parts, session, threads)
        await eachOf(
          parts,
          session,
          found.map(({ data: { attempts: _, behind: __, ...job } }) => checkJob(job)),
        )
        return found.map(({ data }) => data.thread)
      })
      announce()
      return redriven
    },
    discard: (threads) =>
      write(async (session) => (await forgetDead(parts, session, threads)).map(({ data }) => data.thread)),
    async pause(isPaused) {
      await write((session) => setPause(session, isPaused))
      announce()
    },
    leave: (worker) => write((session) => forgetWorker(session, worker)),
    listen(listener) {
      const ends = [listen(listener), database.listen(topic, listener)]
      return () => ends.forEach((end) => end())
    },
    transaction: (body) => database.transaction(body),
    [Symbol.asyncDispose]: close,
  }
}

async function eachOf(
  parts: PostgresParts,
  session: PostgresSession,
  jobs: readonly ReturnType<typeof checkJob>[],
): Promise<readonly ('queued' | 'known')[]> {
  const told: ('queued' | 'known')[] = []
  for (const job of jobs) told.push(await enqueueIn(parts, session, job))
  return told
}

async function extend(
  { database }: PostgresParts,
  worker: WorkerFacts,
  claims: readonly Claim[],
): Promise<readonly string[]> {
  return database.write('process', async (session) => {
    const now = await nowOf(session)
    await seeWorker(session, worker, now)
    const lost: string[] = []
    for (const { thread, id, attempt } of claims) {
      if ((await session.change(extendClaim, thread, id, attempt, worker.id, now)) === 0) lost.push(id)
    }
    return lost
  })
}

function inSession<T>(
  database: PostgresDatabase,
  within: Transaction | undefined,
  body: (session: PostgresSession) => Promise<T>,
): Promise<T> {
  if (within === undefined) return database.write('process', body)
  if (isOwn(database, within)) return within.run(body)
  const message = `This transaction is not one of ${database.name}. Open it with the database that the queue was made of.`
  return Promise.reject(new KeepupError('not-supported', message))
}

function isOwn(database: PostgresDatabase, transaction: Transaction): transaction is PostgresTransaction {
  return transaction[transactionBrand] === database && 'run' in transaction
}
