import type { Rewind } from '@keepup/checkpoint'
import type { LineThread } from '@keepup/checkpoint/backend'
import type { Hash, ThreadId } from '@keepup/core'
import { type PostgresSession, statement } from '@keepup/database-postgres'

import { toRewinds, toState } from './thread-states.ts'

/** A thread whose row is locked, so that nobody appends to it, signals it or forks it meanwhile. */
export interface LockedThread extends LineThread {
  /** Whether it was ever written to. */
  readonly exists: boolean
  /** The chain's hash at the head; `null` before the first entry. */
  readonly hash: Hash | null
  readonly rewinds: readonly Rewind[]
  /** How many erasures have touched its history. */
  readonly erasures: number
}

interface TreeRow {
  readonly id: number
  readonly name: string
  readonly head: number
  readonly hash: Buffer | null
  readonly many: boolean
  readonly exists: boolean
  readonly base: number | null
  readonly origin: string | null
  readonly origin_at: number | null
  readonly rewinds: readonly (readonly [number, number])[] | null
  readonly erasures: number
}

const tree = `WITH RECURSIVE tree AS (
  SELECT t.id, ARRAY[t.id] AS path FROM thread t WHERE t.name = $1
  UNION ALL
  SELECT t.id, tree.path || t.id FROM thread t JOIN tree ON t.origin = tree.id
)`
const names = statement<{ name: string }>(`${tree} SELECT t.name FROM tree JOIN thread t ON t.id = tree.id`)
const lock = statement("SELECT keepup_lock($1::text[], '{}')")
const select = statement<TreeRow>(
  `${tree} SELECT t.id, t.name, t.head, t.hash, t.many, t.created IS NOT NULL AS exists, t.base, t.erasures, o.name AS origin, t.origin_at,
     (SELECT json_agg(json_build_array(r.sequence, r.target) ORDER BY r.sequence) FROM rewind r WHERE r.thread = t.id) AS rewinds
   FROM tree JOIN thread t ON t.id = tree.id LEFT JOIN thread o ON o.id = t.origin ORDER BY tree.path`,
)

/** Locks a thread with its forks and theirs; the thread first, each before its own forks. Empty where there is none of the name. */
export async function lockTree(session: PostgresSession, thread: ThreadId): Promise<LockedThread[]> {
  for (let known = 0; ;) {
    const found = await session.query(names, thread)
    // Only once the rows are locked can no further fork come.
    if (found.length === known) break
    known = found.length
    await session.query(
      lock,
      found.map(({ name }) => name),
    )
  }
  const rows = await session.query(select, thread)
  return rows.map(({ id, name, exists, base, origin, origin_at: at, rewinds, erasures, ...row }) => ({
    id,
    name,
    exists,
    base: base ?? undefined,
    origin: origin === null || at === null ? undefined : { thread: origin, at },
    rewinds: toRewinds(rewinds),
    erasures,
    ...toState(row),
  }))
}
