import { chainHash, leaseHeld, type ReceivedPart } from '@keepup/checkpoint'
import { headMoved, locateHistory, parseOwner, unknownThread, waitAfter } from '@keepup/checkpoint/backend'
import type { Sequence, Timestamp } from '@keepup/core'
import { type PostgresSession, statement } from '@keepup/database-postgres'

import { toRow } from './entry-row.ts'
import { hashAt } from './fork-thread.ts'
import { readLine } from './lineage.ts'
import type { Parts } from './parts.ts'
import type { Session } from './session.ts'
import { useArtifacts } from './use-artifacts.ts'

/** A thread where entries are to be received; its row is locked. */
interface Target {
  readonly id: number
  readonly head: Sequence
  readonly created: Timestamp | null
  readonly due: Timestamp | null
  readonly token: number | null
  readonly owner: string
  readonly expires: Timestamp
  readonly live: boolean | null
}

const lock = statement('SELECT keepup_lock($1::text[], $2::text[])')
const select = statement<Target>(
  `SELECT id, head, created, due, token, owner, expires, expires > keepup_now($2) AS live FROM thread WHERE name = $1`,
)
const begin = statement(
  `UPDATE thread SET created = $2, many = $3, head = $4::integer, hash = decode($5, 'hex'), origin = $6::bigint,
     origin_at = CASE WHEN $6::bigint IS NOT NULL THEN $4::integer END WHERE id = $1`,
)
const insert = statement(
  `INSERT INTO entry (thread, sequence, part, time, cause, checksum, kind, id, rare, label, seal, data)
   SELECT $1, e.sequence, e.part, e.time, e.cause, e.checksum, e.kind, e.id, e.rare, decode(e.label, 'hex'), decode(e.seal, 'hex'),
     CASE WHEN e.size IS NOT NULL THEN substr($2::bytea, e.first, e.size) END
   FROM jsonb_to_recordset($3::jsonb) AS e(
     sequence integer, part integer, time bigint, cause integer, checksum integer, kind text, id text, rare text, label text, seal text,
     first integer, size integer
   )`,
)
const rewind = statement('INSERT INTO rewind VALUES ($1, $2, $3)')
const settle = statement(
  `UPDATE thread SET head = $2, hash = decode($3, 'hex'), base = coalesce($4::integer, base), due = $5,
     changed = nextval('last_change') WHERE id = $1`,
)

const touch = statement("UPDATE thread SET changed = nextval('last_change') WHERE id = $1")

/** Stores entries as they were sealed elsewhere; see `ThreadReceiver.receive`. */
export async function receivePart(parts: Parts, session: Session, part: ReceivedPart): Promise<void> {
  try {
    await session.write(part.flush, async (inner) => {
      const within: Session = {
        ...session,
        call: (statement_, parameters) => inner.query(statement_, ...parameters),
      }
      await receive(parts, within, inner, part)
    })
  } finally {
    parts.states.forget(part.thread)
  }
  session.announce([part.thread])
}

async function receive(
  parts: Parts,
  within: Session,
  inner: PostgresSession,
  part: ReceivedPart,
): Promise<void> {
  const { thread, origin, entries } = part
  await inner.query(lock, origin === undefined ? [thread] : [thread, origin.thread], [thread])
  const [target] = await inner.query(select, thread, parts.given())
  if (target === undefined) throw unknownThread(thread)
  refuseHeld(parts, part, target)
  const head = target.created === null ? await beginThread(parts, within, target, part) : target.head
  if (part.after !== head) throw headMoved(thread, part.after, head)
  if (entries.length === 0) {
    await inner.query(touch, target.id)
    return
  }
  await store(parts, within, inner, target.id, part)
  await settleThread(inner, target, part)
}

function refuseHeld({ isOwnerDead }: Parts, { thread }: ReceivedPart, target: Target): void {
  if (target.token === null || target.live !== true) return
  const owner = parseOwner(target.owner)
  if (!isOwnerDead(owner)) throw leaseHeld({ thread, owner, expires: target.expires })
}

/** Makes the thread, empty or where its origin is; its head. */
async function beginThread(
  parts: Parts,
  within: Session,
  { id }: Target,
  { created, writers, origin }: ReceivedPart,
): Promise<Sequence> {
  const isMany = writers === 'many'
  if (origin === undefined) {
    await within.call(begin, [id, created, isMany, 0, null, null])
    return 0
  }
  const line = await readLine(within, origin.thread, origin.at)
  const source = line[0]?.[0]
  if (source === undefined) throw unknownThread(origin.thread)
  locateHistory(line, origin.at)
  const hash = await hashAt(parts, within, line, origin.at)
  await within.call(begin, [id, created, isMany, origin.at, hash, source.id])
  return origin.at
}

/** Stores the entries, and what is found by them. */
async function store(
  { labels }: Parts,
  within: Session,
  inner: PostgresSession,
  thread: number,
  { entries, withoutArtifacts = false }: ReceivedPart,
): Promise<void> {
  let size = 0
  const rows = entries.map(({ entry, bytes, part }) => {
    const first = size + 1
    size += bytes?.length ?? 0
    return { ...toRow({ entry, bytes }, part, labels), first, size: bytes?.length ?? null }
  })
  await labels.storeWithin(within)
  const bytes = Buffer.concat(entries.flatMap((received) => received.bytes ?? []))
  if (rows.length > 0) await inner.query(insert, thread, bytes, JSON.stringify(rows))
  for (const { entry, to } of entries) {
    if (to !== undefined) await inner.query(rewind, thread, entry.sequence, to)
    if (entry.erased !== true) await useArtifacts(inner, thread, entry, withoutArtifacts ? 'skip' : 'refuse')
  }
}

/** Moves the head behind the entries. */
async function settleThread(
  inner: PostgresSession,
  target: Target,
  { entries }: ReceivedPart,
): Promise<void> {
  const last = entries.at(-1)?.entry
  if (last === undefined) return
  const base = entries.findLast(({ entry }) => entry.type === 'thread-pruned')?.entry.sequence
  const due = waitAfter(target.due ?? undefined, entries)
  await inner.query(settle, target.id, last.sequence, chainHash(last), base ?? null, due ?? null)
}
