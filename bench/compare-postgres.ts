import { encodeValue } from '@keepup/checkpoint'
import { postgresCheckpointer } from '@keepup/checkpoint-postgres'
import type { Checkpointer, NewEntry } from '@keepup/core'
import { openPostgres, type PostgresDatabase, statement } from '@keepup/database-postgres'
import { startPostgres } from '@keepup/vitest/postgres-server'

import { median } from './median.ts'

const createBare = statement(
  'CREATE TABLE IF NOT EXISTS step (thread integer, sequence integer, data bytea, PRIMARY KEY (thread, sequence))',
)
const insertBare = statement('INSERT INTO step VALUES ($1, $2, $3)')

/** Milliseconds on the wall and of this process's processor for one step. */
interface Cost {
  readonly wall: number
  readonly processor: number
}

/**
 * One commit at a time on a PostgreSQL server of its own, beside prepared inserts of the same bytes through the same driver and pool, one after the
 * other in every round. `fill` commits entries to a thread.
 */
export async function comparePostgres(
  entries: readonly NewEntry[],
  rounds: number,
  fill: (checkpointer: Checkpointer, thread: string) => Promise<unknown>,
): Promise<Readonly<Record<string, number>>> {
  const server = await startPostgres()
  try {
    await using database = await openPostgres(server.url, { connections: 2 })
    await using checkpointer = await postgresCheckpointer(database)
    await database.query(createBare, [])
    const found: { bare: Cost; keepup: Cost }[] = []
    for (let round = 0; round <= rounds; round += 1) {
      const bare = await costOf(entries.length, () => insertAll(database, round, entries))
      const keepup = await costOf(entries.length, () => fill(checkpointer, `thread-${round}`))
      // The first round warms up.
      if (round > 0) found.push({ bare, keepup })
    }
    return {
      'bare steps/s': median(found.map(({ bare }) => 1_000 / bare.wall)),
      'keepup steps/s': median(found.map(({ keepup }) => 1_000 / keepup.wall)),
      ratio: median(found.map(({ bare, keepup }) => bare.wall / keepup.wall)),
      'bare client ms': median(found.map(({ bare }) => bare.processor)),
      'keepup client ms': median(found.map(({ keepup }) => keepup.processor)),
    }
  } finally {
    await server.stop()
  }
}

async function insertAll(
  database: PostgresDatabase,
  thread: number,
  entries: readonly NewEntry[],
): Promise<void> {
  const rows = entries.map(({ data }) => encodeValue(data))
  for (const [sequence, bytes] of rows.entries()) await database.change(insertBare, [thread, sequence, bytes])
}

async function costOf(steps: number, body: () => Promise<unknown>): Promise<Cost> {
  const before = process.cpuUsage()
  const start = performance.now()
  await body()
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  return { wall: wall / steps, processor: (user + system) / 1_000 / steps }
}
