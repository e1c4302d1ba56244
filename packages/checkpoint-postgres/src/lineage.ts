import type { Rewind } from '@keepup/checkpoint'
import type { LineThread } from '@keepup/checkpoint/backend'
import type { Hash, Sequence, ThreadId } from '@keepup/core'
import { statement } from '@keepup/database-postgres'

import type { Session } from './session.ts'
import { toRewinds, toState } from './thread-states.ts'

/** A thread as histories need it. */
export interface ThreadLine extends LineThread {
  readonly many: boolean
  /** The chain's hash at the head; `null` before the first entry. */
  readonly hash: Hash | null
  /** The hash of its own entry at the position that was asked for, if it has one there. */
  readonly hashAt: Hash | undefined
  /** How many erasures have touched its history. */
  readonly erasures: number
}

/** A thread, the one it was forked from, and so on, each with its own rewinds. */
export type Line = readonly (readonly [thread: ThreadLine, rewinds: readonly Rewind[]])[]

interface LineRow {
  readonly id: number
  readonly name: string
  readonly head: number
  readonly hash: Buffer | null
  readonly many: boolean
  readonly base: number | null
  readonly origin_at: number | null
  readonly rewinds: readonly (readonly [number, number])[] | null
  readonly hash_at: Buffer | null
  readonly erasures: number
}

const select = statement<LineRow>(
  `WITH RECURSIVE line AS (
     SELECT t.*, 0 AS depth FROM thread t WHERE t.name = $1 AND t.created IS NOT NULL
     UNION ALL
     SELECT t.*, line.depth + 1 FROM thread t JOIN line ON t.id = line.origin
   )
   SELECT l.id, l.name, l.head, l.hash, l.many, l.base, l.origin_at, l.erasures,
     (SELECT json_agg(json_build_array(r.sequence, r.target) ORDER BY r.sequence) FROM rewind r WHERE r.thread = l.id) AS rewinds,
     (SELECT substr(e.seal, 1, 32) FROM entry e WHERE e.thread = l.id AND e.sequence = $2) AS hash_at
   FROM line l ORDER BY l.depth`,
)

/** A thread's line, empty where it was never written to; `at` is a position whose hash is wanted. */
export async function readLine(
  session: Pick<Session, 'call'>,
  thread: ThreadId,
  at: Sequence | null,
): Promise<Line> {
  const rows = await session.call(select, [thread, at])
  return rows.map((row, index) => {
    const past = rows[index + 1]
    const isForked = past !== undefined && row.origin_at !== null
    const line: ThreadLine = {
      id: row.id,
      name: row.name,
      base: row.base ?? undefined,
      origin: isForked ? { thread: past.name, at: row.origin_at } : undefined,
      hashAt: row.hash_at?.toString('hex'),
      erasures: row.erasures,
      ...toState(row),
    }
    return [line, toRewinds(row.rewinds)]
  })
}
