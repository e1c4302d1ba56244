import type { Owner } from '@keepup/core'
import { type PostgresSession, statement } from '@keepup/database-postgres'

import type { WorkerFacts } from '../run-queue.ts'

const see = statement(
  `INSERT INTO run_worker VALUES ($1, $2, $3, $4)
   ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, version = excluded.version`,
)
const forget = statement('DELETE FROM run_worker WHERE id = $1')
const forgetSilent = statement('DELETE FROM run_worker WHERE seen < $1')
const select = statement<{ id: string; owner: string; version: number; seen: number }>(
  'SELECT id, owner, version, seen FROM run_worker ORDER BY id',
)
const findPause = statement('SELECT FROM run_pause')
const beginPause = statement('INSERT INTO run_pause VALUES (0)')
const endPause = statement('DELETE FROM run_pause')

/** A worker that was not heard of for so long is forgotten. */
const longestSilence = 60_000

/** Notes that a worker lives, and forgets those that seem not to. */
export async function seeWorker(session: PostgresSession, worker: WorkerFacts, now: number): Promise<void> {
  await session.change(see, worker.id, JSON.stringify(worker.owner), worker.version, now)
  await session.change(forgetSilent, now - longestSilence)
}

/** Forgets a worker. */
export async function forgetWorker(session: PostgresSession, { id }: WorkerFacts): Promise<void> {
  await session.change(forget, id)
}

/** The workers that were heard of lately. */
export async function readWorkers(
  session: PostgresSession,
): Promise<readonly (WorkerFacts & { readonly seen: number })[]> {
  const rows = await session.query(select)
  // Written by `seeWorker`.
  return rows.map(({ owner, ...worker }) => ({ ...worker, owner: JSON.parse(owner) as Owner }))
}

/** Whether no claims are given. */
export async function isPaused(session: PostgresSession): Promise<boolean> {
  return (await session.query(findPause)).length > 0
}

/** Gives no claims any more, or gives them again. */
export async function setPause(session: PostgresSession, paused: boolean): Promise<void> {
  await session.change(endPause)
  if (paused) await session.change(beginPause)
}
