import { leaseLost } from '@keepup/checkpoint'
import type { LineThread, LocatedHistory } from '@keepup/checkpoint/backend'
import type { FoldRef, LeaseToken, StoredSnapshot, ThreadId } from '@keepup/core'
import { statement } from '@keepup/database-postgres'

import { position } from './fork-thread.ts'
import type { Parts } from './parts.ts'
import type { Session } from './session.ts'

/** How many snapshots of one fold a thread keeps. */
const kept = 4

// A snapshot belongs to the thread whose own entry its position is. One for a position that does not exist finds no thread.
const keep = statement<{ live: boolean; thread: number | null }>(
  `WITH RECURSIVE line AS (
     SELECT id, origin, origin_at FROM thread WHERE name = $1 AND created IS NOT NULL AND head >= $3
     UNION ALL
     SELECT t.id, t.origin, t.origin_at FROM thread t JOIN line ON t.id = line.origin AND $3 <= line.origin_at
   ), asking AS (
     SELECT $6::bigint IS NULL OR EXISTS (
       SELECT 1 FROM thread WHERE name = $1 AND token = $6 AND expires > keepup_now($7)
     ) AS live
   ), kept AS (
     INSERT INTO snapshot (thread, fold, at, version, bytes)
     SELECT e.thread, $2, $3, $4, $5 FROM asking, line JOIN entry e ON e.thread = line.id AND e.sequence = $3 WHERE asking.live
     ON CONFLICT (thread, fold, at, version) DO UPDATE SET bytes = excluded.bytes, id = DEFAULT RETURNING thread
   )
   SELECT asking.live, kept.thread FROM asking LEFT JOIN kept ON true`,
)
const trim = statement(
  `DELETE FROM snapshot WHERE id IN
   (SELECT id FROM snapshot WHERE thread = $1 AND fold = $2 ORDER BY at DESC, id DESC OFFSET ${kept})`,
)
const newest = statement<{ at: number; version: number; bytes: Buffer }>(
  `SELECT s.at, s.version, s.bytes FROM unnest($1::bigint[], $2::integer[], $3::integer[]) AS r(thread, first, last)
   JOIN snapshot s ON s.thread = r.thread AND s.fold = $4 AND s.at BETWEEN r.first AND r.last
   ORDER BY s.version = $5 DESC, s.at DESC, s.id DESC LIMIT 1`,
)

/** Keeps the newest few of a fold; ignores one for a position that does not exist. With a token that is not the live lease's, `lease-lost`. */
export async function keepSnapshot(
  parts: Parts,
  session: Session,
  thread: ThreadId,
  { fold, at, bytes }: StoredSnapshot,
  lease: LeaseToken | undefined,
): Promise<void> {
  // No entry has the sequence 0.
  const place = position(at) ?? 0
  const parameters = [thread, fold.id, place, fold.version, bytes, lease ?? null, parts.given()]
  const [row] = await session.call(keep, parameters)
  if (row?.live === false) throw leaseLost(thread, lease)
  if (typeof row?.thread === 'number') await session.call(trim, [row.thread, fold.id])
}

/** The newest of a fold within a history. One of the asked version wins over a newer one of another version. */
export async function newestSnapshot(
  session: Pick<Session, 'call'>,
  { ranges, threads }: LocatedHistory<LineThread>,
  fold: FoldRef,
): Promise<StoredSnapshot | undefined> {
  const own = ranges.flatMap(({ thread, from, to }) => {
    const found = threads.get(thread)
    return found === undefined ? [] : [{ id: found.id, from, to }]
  })
  const [row] = await session.call(newest, [
    own.map(({ id }) => id),
    own.map(({ from }) => from),
    own.map(({ to }) => to),
    fold.id,
    fold.version,
  ])
  if (row === undefined) return undefined
  return { fold: { id: fold.id, version: row.version }, at: row.at, bytes: new Uint8Array(row.bytes) }
}
