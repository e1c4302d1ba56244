import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'

import { encodeValue } from '@keepup/checkpoint'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { Flush, NewEntry } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import BetterSqlite, { type Database } from 'better-sqlite3'

import { median } from './median.ts'
import type { Row } from './publish-results.ts'
import { medianTime, readTimes } from './read-times.ts'
import { fillThread, stepEntries } from './step-entries.ts'

/** Runs a body with the path of a file that does not exist yet. */
async function onFile<T>(body: (path: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-bench-'))
  try {
    return await body(join(folder, 'store.db'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The floor: a prepared statement, one row and one commit at a time, as fast as better-sqlite3 goes. */
function openBare(path: string, flush: Flush): Database {
  const database = new BetterSqlite(path)
  database.pragma('journal_mode = WAL')
  database.pragma(`synchronous = ${flush === 'power' ? 'FULL' : 'NORMAL'}`)
  database.exec('CREATE TABLE step (thread INTEGER, sequence INTEGER, data BLOB, UNIQUE (thread, sequence))')
  return database
}

function fillBare(database: Database, entries: readonly NewEntry[]): number {
  const insert = database.prepare('INSERT INTO step VALUES (?, ?, ?)')
  const rows = entries.map((entry) => encodeValue(entry.data))
  const start = performance.now()
  for (const [index, bytes] of rows.entries()) insert.run(1, index + 1, bytes)
  return performance.now() - start
}

/** What is measured, and how often. */
export interface Commits {
  readonly flush: Flush
  readonly length: number
  readonly count: number
  readonly rounds: number
}

/** Steps a second of bare inserts and of commits, one after the other in every round. */
export async function compareSqlite({ flush, length, count, rounds }: Commits): Promise<Row> {
  const entries = stepEntries(count, length)
  const found: { bare: number; keepup: number; growth: number; processor: number }[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const start = process.cpuUsage()
    const bare = await onFile((path) => {
      const database = openBare(path, flush)
      const taken = fillBare(database, entries)
      database.close()
      return taken
    })
    const between = process.cpuUsage()
    const { wall, growth } = await onFile(async (path) => {
      await using database = await openSqlite(path)
      return await fillThread(sqliteCheckpointer(database), 'thread', entries, flush)
    })
    // The first round warms up.
    const processor = processorBetween(start, between) / processorBetween(between, process.cpuUsage())
    if (round > 0) found.push({ bare, keepup: wall, growth, processor })
    await nextTurn()
  }
  return {
    'bare steps/s': median(found.map(({ bare }) => (count / bare) * 1_000)),
    'keepup steps/s': median(found.map(({ keepup }) => (count / keepup) * 1_000)),
    ratio: median(found.map(({ bare, keepup }) => bare / keepup)),
    'ratio of processor time': median(found.map(({ processor }) => processor)),
    'last tenth / first': median(found.map(({ growth }) => growth)),
  }
}

function processorBetween(from: NodeJS.CpuUsage, to: NodeJS.CpuUsage): number {
  return to.user + to.system - from.user - from.system
}

/** Twenty threads that wait for the barrier at once, against the same number one after the other. */
export async function compareGroups(rounds: number): Promise<Row> {
  const entries = stepEntries(50, 1_024)
  const names = Array.from({ length: 20 }, (_, index) => `thread-${index}`)
  const found: { alone: number; together: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    found.push(
      await onFile(async (path) => {
        await using database = await openSqlite(path)
        const checkpointer = sqliteCheckpointer(database)
        const { wall } = await fillThread(checkpointer, 'alone', entries, 'power')
        const start = performance.now()
        await Promise.all(names.map((name) => fillThread(checkpointer, name, entries, 'power')))
        return { alone: wall / 50, together: (performance.now() - start) / 1_000 }
      }),
    )
  }
  return {
    'alone steps/s': median(found.map(({ alone }) => 1_000 / alone)),
    'together steps/s': median(found.map(({ together }) => 1_000 / together)),
    ratio: median(found.map(({ alone, together }) => alone / together)),
  }
}

/** Bytes of the file that a thread makes. */
export async function sizeOnSqlite(count: number, length: number): Promise<number> {
  return onFile(async (path) => {
    const database = await openSqlite(path)
    await fillThread(sqliteCheckpointer(database), 'thread', stepEntries(count, length), 'process')
    await database.close()
    return statSync(path).size
  })
}

/** The latest state beside a bare scan of the same bytes. */
export async function compareState(count: number, rounds: number): Promise<Row> {
  const found: { scan: number; read: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    found.push(await onFile((path) => stateOnce(path, stepEntries(count, 1_024))))
  }
  return {
    'bare scan ms': median(found.map(({ scan }) => scan)),
    'keepup ms': median(found.map(({ read }) => read)),
    ratio: median(found.map(({ scan, read }) => read / scan)),
  }
}

async function stateOnce(
  path: string,
  entries: readonly NewEntry[],
): Promise<{ readonly scan: number; readonly read: number }> {
  const bare = openBare(`${path}.bare`, 'process')
  fillBare(bare, entries)
  const select = bare.prepare<[], { data: Buffer }>(
    'SELECT data FROM step WHERE thread = 1 ORDER BY sequence',
  )
  await using database = await openSqlite(path)
  const checkpointer = sqliteCheckpointer(database)
  await fillThread(checkpointer, 'thread', entries, 'process')
  const scan = await medianTime(() => select.all().map(({ data }) => JSON.parse(data.toString()) as unknown))
  const read = await medianTime(() => checkpointer.read('thread'))
  bare.close()
  return { scan, read }
}

/** See {@link readTimes}. */
export async function readTimesOnSqlite(lengths: readonly number[]): Promise<Row> {
  return onFile(async (path) => {
    await using database = await openSqlite(path)
    return await readTimes(sqliteCheckpointer(database), lengths)
  })
}
