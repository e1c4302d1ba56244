import type { Commit } from '@keepup/core'
import { type PostgresStatement, type PostgresValue, statement } from '@keepup/database-postgres'

import type { PlacedRow, Request, SealedBatch } from './sealed-batch.ts'

// One statement does what `keepup_commit` does for the commits that are nearly all: one append, which takes, sends and names nothing. It writes
// only where everything is as it was sealed for; where it is not, it changes nothing, and the function tells what is wrong.
const plain: PostgresStatement<unknown> = statement(
  `WITH t AS (
     SELECT id, set_config('synchronous_commit', coalesce($6::text, current_setting('synchronous_commit')), true) AS level
     FROM thread WHERE name = $1 AND token = $2::bigint AND head = $3::integer AND hash IS NOT DISTINCT FROM decode($4::text, 'hex')
       AND expires > coalesce($7::bigint, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)
     FOR NO KEY UPDATE
   ), stored AS (
     INSERT INTO entry (thread, sequence, part, time, cause, checksum, kind, rare, label, seal, data)
     SELECT t.id, $3::integer + e.place, e.place - 1, e.time, e.cause, e.checksum, e.kind, e.rare, decode(e.label, 'hex'), decode(e.seal, 'hex'),
       substr($9::bytea, e.first, e.size)
     FROM t, unnest($10::bigint[], $11::integer[], $12::integer[], $13::text[], $14::text[], $15::text[], $16::text[], $17::integer[], $18::integer[])
       WITH ORDINALITY AS e(time, cause, checksum, kind, rare, label, seal, first, size, place)
   )
   UPDATE thread SET head = $3::integer + $8::integer, hash = decode($5::text, 'hex'), created = coalesce(created, $19::bigint), due = CASE WHEN $21::boolean THEN least(due, $20::bigint) ELSE $20::bigint END,
     changed = CASE WHEN changed = (SELECT max(changed) FROM thread) THEN changed ELSE nextval('last_change') END
   FROM t WHERE thread.id = t.id AND t.level IS NOT NULL`,
)

/** Commits of more entries than this send them as arrays, in a statement that is the same for any number. */
const fewAtMost = 8

const rowTypes = ['bigint', 'integer', 'integer', 'text', 'text', 'bytea', 'bytea', 'bytea']
const placeParameters = 9

// The same for a few entries, without arrays and without a scan that only locks: the thread's row is written where it is found. A row that another commit
// changes meanwhile is looked at again once that has ended, by every condition. The durability of the session is that of 'process'.
function fewFor(count: number, isDurable: boolean): PostgresStatement<unknown> {
  const rows = Array.from({ length: count }, (_, part) => {
    const values = rowTypes.map(
      (type, at) => `$${placeParameters + part * rowTypes.length + at + 1}::${type}`,
    )
    return `(${part}, ${values.join(', ')})`
  })
  return statement(
    // Whoever changed last has the last number that was given.
    `WITH t AS (
     UPDATE thread SET head = $3::integer + ${count}, hash = $5::bytea, created = coalesce(created, $7::bigint), due = CASE WHEN $9::boolean THEN least(due, $8::bigint) ELSE $8::bigint END,
       changed = CASE WHEN changed = (SELECT last_value FROM last_change) THEN changed ELSE nextval('last_change') END
     WHERE name = $1 AND token = $2::bigint AND head = $3::integer AND hash IS NOT DISTINCT FROM $4::bytea
       AND expires > coalesce($6::bigint, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)
     RETURNING id${isDurable ? ", set_config('synchronous_commit', 'on', true)" : ''}
   )
   INSERT INTO entry (thread, sequence, part, time, cause, checksum, kind, rare, label, seal, data)
   SELECT t.id, $3::integer + 1 + e.part, e.part, e.time, e.cause, e.checksum, e.kind, e.rare, e.label, e.seal, e.data
   FROM t, (VALUES ${rows.join(', ')}) AS e(part, time, cause, checksum, kind, rare, label, seal, data)`,
  )
}

const few = Array.from({ length: fewAtMost }, (_, before) => ({
  process: fewFor(before + 1, false),
  power: fewFor(before + 1, true),
}))

/** A statement with its parameters. */
export interface PlainCommit {
  readonly statement: PostgresStatement<unknown>
  readonly parameters: readonly PostgresValue[]
}

/** The commit as one plain statement; `undefined` where it needs more. */
export function plainCommit(
  batch: Commit,
  sealed: SealedBatch,
  level: 'on' | 'off' | null,
  given: number | null,
): PlainCommit | undefined {
  const [request] = sealed.appends
  if (request === undefined || !isPlain(batch, sealed, request)) return undefined
  const {
    thread,
    lease,
    head,
    hash,
    newHash = null,
    created = null,
    due = null,
    aside = false,
    entries,
  } = request
  const statements = few[entries.length - 1]
  if (statements !== undefined) {
    const rows = entries.flatMap((row) => rowOf(row, sealed.bytes))
    return {
      statement: level === 'on' ? statements.power : statements.process,
      parameters: [thread, lease, head, toBytes(hash), toBytes(newHash), given, created, due, aside, ...rows],
    }
  }
  const place = [thread, lease, head, hash, newHash, level, given]
  const content = [entries.length, sealed.bytes, ...columnsOf(entries), created, due, aside]
  return { statement: plain, parameters: [...place, ...content] }
}

function rowOf(row: PlacedRow, bytes: Uint8Array): readonly PostgresValue[] {
  const { time, cause, checksum, kind, rare, label, seal, from, size } = row
  const data = bytes.subarray(from - 1, from - 1 + size)
  return [time, cause, checksum, kind, rare, toBytes(label), toBytes(seal), data]
}

function toBytes(hexadecimal: string | null): Uint8Array | null {
  return hexadecimal === null ? null : Buffer.from(hexadecimal, 'hex')
}

function isPlain(batch: Commit, { refusal }: SealedBatch, request: Request): boolean {
  const { after, lease, entries, takes, uses, ids, writers, rewinds } = request
  if (refusal !== undefined || batch.appends.length > 1 || (batch.signals?.length ?? 0) > 0) return false
  if (after === 'head' || lease === null || entries.length === 0) return false
  return [takes, uses, ids, writers, rewinds].every((part) => part === undefined)
}

function columnsOf(rows: readonly PlacedRow[]): PostgresValue[] {
  return [
    rows.map(({ time }) => time),
    rows.map(({ cause }) => cause),
    rows.map(({ checksum }) => checksum),
    rows.map(({ kind }) => kind),
    rows.map(({ rare }) => rare),
    rows.map(({ label }) => label),
    rows.map(({ seal }) => seal),
    rows.map(({ from }) => from),
    rows.map(({ size }) => size),
  ]
}
