import { leaseLost } from '@keepup/checkpoint'
import { checkErasures, type LineThread, type LocatedHistory } from '@keepup/checkpoint/backend'
import type { FoldRef, LeaseToken, StoredSnapshot, ThreadId } from '@keepup/core'
import { statement } from '@keepup/database-postgres'

import { position } from './fork-thread.ts'
import type { Parts } from './parts.ts'
import type { Session } from './session.ts'

/** How many snapshots of one fold a thread keeps. */
const kept = 4

// A snapshot belongs to the thread whose own entry its position is. One for a position that does not exist finds no thread. The row is locked, so that an
// erasure comes before, and is counted, or after, and finds the snapshot.
const keep = statement<{ live: boolean; erasures: number | null; thread: number | null }>(
  `WITH RECURSIVE asked AS MATERIALIZED (
     SELECT id, token, expires, erasures FROM thread WHERE name = $1 FOR SHARE
   ), line AS (
     SELECT t.id, t.origin, t.origin_at FROM thread t JOIN asked ON t.id = asked.id WHERE t.head >= $3
     UNION ALL
     SELECT t.id, t.origin, t.origin_at FROM thread t JOIN line ON t.id = line.origin AND $3 <= line.origin_at
   ), asking AS (
     SELECT $6::bigint IS NULL OR coalesce((SELECT token = $6 AND expires > keepup_now($7) FROM asked), false) AS live
   ), place AS (
     SELECT e.thread FROM line JOIN entry e ON e.thread = line.id AND e.sequence = $3
   ), kept AS (
     INSERT INTO snapshot (thread, fold, at, version, bytes)
     SELECT place.thread, $2, $3, $4, $5 FROM asking, asked, place WHERE asking.live AND asked.erasures = $8
     ON CONFLICT (thread, fold, at, version) DO UPDATE SET bytes = excluded.bytes, id = DEFAULT RETURNING thread
   )
   SELECT asking.live, kept.thread, (SELECT erasures FROM asked, place) AS erasures FROM asking LEFT JOIN kept ON true`,
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

/** Keeps the newest few of a fold; ignores one for a position that does not exist. With a token that is not the live lease's, `lease-lost`; of a state that may hold what was erased, `checkpoint-conflict`. */
export async function keepSnapshot(
  parts: Parts,
  session: Session,
  thread: ThreadId,
  { fold, at, bytes, erasures = 0 }: StoredSnapshot,
  lease: LeaseToken | undefined,
): Promise<void> {
  // No entry has the sequence 0.
  const place = position(at) ?? 0
  const parameters = [thread, fold.id, place, fold.version, bytes, lease ?? null, parts.given(), erasures]
  const [row] = await session.call(keep, parameters)
  if (row?.live === false) throw leaseLost(thread, lease)
  if (typeof row?.erasures === 'number') checkErasures(thread, erasures, row.erasures)
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
