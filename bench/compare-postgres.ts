import { encodeValue } from '@keepup/checkpoint'
import { postgresCheckpointer } from '@keepup/checkpoint-postgres'
import type { Flush, NewEntry } from '@keepup/core'
import { openPostgres, statement } from '@keepup/database-postgres'
import { Pool } from 'pg'

import type { Commits } from './compare-sqlite.ts'
import { median } from './median.ts'
import type { Row } from './publish-results.ts'
import { medianTime, readTimes } from './read-times.ts'
import { fillThread, stepEntries } from './step-entries.ts'

const createBare =
  'CREATE TABLE IF NOT EXISTS step (thread bigint, sequence integer, data bytea, PRIMARY KEY (thread, sequence))'
const insertBare = { name: 'insert', text: 'INSERT INTO step VALUES ($1, $2, $3)' }
const nothing = statement('SELECT 1')
const sizes = statement<{ size: number }>(
  `SELECT sum(pg_total_relation_size(c.oid))::bigint AS size FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace`,
)

/** Milliseconds on the wall and of this process's processor for one step, and how much dearer the last were than the first. */
interface Cost {
  readonly wall: number
  readonly processor: number
  readonly growth: number
}

/**
 * One commit at a time beside prepared inserts of the same bytes, with the same durability, through the same driver and pool, one after the other in every
 * round.
 */
export async function comparePostgres(url: string, { flush, length, count, rounds }: Commits): Promise<Row> {
  const entries = stepEntries(count, length)
  await using database = await openPostgres(url, { connections: 2 })
  const pool = await openBare(url, flush, 2)
  await using checkpointer = await postgresCheckpointer(database)
  const found: { bare: Cost; keepup: Cost }[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const thread = Date.now()
    const bare = await costOf(count, () => insertAll(pool, thread, entries))
    const keepup = await costOf(count, () => fillThread(checkpointer, `thread-${thread}`, entries, flush))
    // The first round warms up.
    if (round > 0) found.push({ bare, keepup })
  }
  await pool.end()
  return {
    'bare steps/s': median(found.map(({ bare }) => 1_000 / bare.wall)),
    'keepup steps/s': median(found.map(({ keepup }) => 1_000 / keepup.wall)),
    ratio: median(found.map(({ bare, keepup }) => bare.wall / keepup.wall)),
    'last tenth / first': median(found.map(({ keepup }) => keepup.growth)),
    'bare client ms': median(found.map(({ bare }) => bare.processor)),
    'keepup client ms': median(found.map(({ keepup }) => keepup.processor)),
  }
}

/** Threads that commit at once, beside as many connections that insert at once. */
export async function comparePostgresGroups(url: string, threads: number, rounds: number): Promise<Row> {
  const entries = stepEntries(200, 1_024)
  await using database = await openPostgres(url, { connections: threads })
  const pool = await openBare(url, 'process', threads)
  await using checkpointer = await postgresCheckpointer(database)
  const found: { bare: Cost; keepup: Cost }[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const first = Date.now() * 100
    const names = Array.from({ length: threads }, (_, index) => first + index)
    const all = (one: (thread: number) => Promise<unknown>): Promise<unknown> => Promise.all(names.map(one))
    const count = entries.length * threads
    const bare = await costOf(count, () => all((thread) => insertAll(pool, thread, entries)))
    const keepup = await costOf(count, () =>
      all((thread) => fillThread(checkpointer, `thread-${thread}`, entries, 'process')),
    )
    if (round > 0) found.push({ bare, keepup })
  }
  await pool.end()
  return {
    'bare steps/s': median(found.map(({ bare }) => 1_000 / bare.wall)),
    'keepup steps/s': median(found.map(({ keepup }) => 1_000 / keepup.wall)),
    ratio: median(found.map(({ bare, keepup }) => bare.wall / keepup.wall)),
  }
}

/** Steps a second of commits that survive a loss of power. */
export async function durableSteps(url: string, count: number, length: number): Promise<number> {
  await using database = await openPostgres(url, { connections: 2 })
  await using checkpointer = await postgresCheckpointer(database)
  const thread = `thread-${Date.now()}`
  await fillThread(checkpointer, `${thread}-warm`, stepEntries(200, length), 'power')
  const { wall } = await fillThread(checkpointer, thread, stepEntries(count, length), 'power')
  return (count / wall) * 1_000
}

/** Bytes of all tables and indexes that a thread makes, in a schema of its own. */
export async function sizeOnPostgres(url: string, count: number, length: number): Promise<number> {
  await using database = await openPostgres(url, { schema: `size_${count}_${length}`, connections: 2 })
  await using checkpointer = await postgresCheckpointer(database)
  await fillThread(checkpointer, 'thread', stepEntries(count, length), 'process')
  const [row] = await database.query(sizes, [])
  return row?.size ?? Number.NaN
}

/** See {@link readTimes}; and how long one round trip takes that does nothing. */
export async function readTimesOnPostgres(url: string, lengths: readonly number[]): Promise<Row> {
  await using database = await openPostgres(url, { schema: 'lengths', connections: 2 })
  await using checkpointer = await postgresCheckpointer(database)
  const found = await readTimes(checkpointer, lengths)
  return { 'round trip ms': await medianTime(() => database.query(nothing, [])), ...found }
}

/** Connections of the driver alone, whose every commit is as durable as asked for. */
async function openBare(url: string, flush: Flush, connections: number): Promise<Pool> {
  const level = flush === 'power' ? 'on' : 'off'
  const pool = new Pool({
    connectionString: url,
    max: connections,
    options: `-c synchronous_commit=${level}`,
  })
  // The server's end closes connections that the driver still keeps.
  pool.on('error', () => undefined)
  await pool.query(createBare)
  return pool
}

async function insertAll(pool: Pool, thread: number, entries: readonly NewEntry[]): Promise<void> {
  const rows = entries.map(({ data }) => encodeValue(data))
  for (const [sequence, bytes] of rows.entries())
    await pool.query({ ...insertBare, values: [thread, sequence, bytes] })
}

async function costOf(steps: number, body: () => Promise<unknown>): Promise<Cost> {
  const before = process.cpuUsage()
  const start = performance.now()
  const filled = await body()
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  const growth =
    typeof filled === 'object' && filled !== null && 'growth' in filled ? Number(filled.growth) : Number.NaN
  return { wall: wall / steps, processor: (user + system) / 1_000 / steps, growth }
}
