import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'

import { encodeValue } from '@keepup/checkpoint'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { type Checkpointer, type Flush, type NewEntry, type Owner, trustedLabel } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import BetterSqlite, { type Database } from 'better-sqlite3'

import { comparePostgres } from './compare-postgres.ts'
import { median } from './median.ts'
import { publishResults } from './publish-results.ts'

/** One comparison and what it came to. */
export interface CheckpointRow {
  readonly name: string
  readonly metrics: Readonly<Record<string, number>>
}

const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 5)
const steps = 2_000
const owner: Owner = { host: 'bench', boot: '', process: process.pid, started: '', instance: 'bench' }
const words =
  'the agent reads a file then runs tests and edits code until const return await error passes green'.split(
    ' ',
  )

/** Text of 1,024 letters that compresses like prose, another one for every seed. */
function text(seed: number): string {
  let state = seed * 2_654_435_761 + 1
  let made = ''
  while (made.length < 1_024) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    made += `${state % 8 === 0 ? state.toString(36) : words[state % words.length]} `
  }
  return made.slice(0, 1_024)
}

function entryOf(step: number): NewEntry {
  return {
    type: 'tool-finished',
    version: 1,
    critical: false,
    time: 1_760_000_000_000 + step,
    by: 'runtime',
    labels: { default: trustedLabel },
    data: { text: text(step) },
  }
}

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

async function fill(
  checkpointer: Checkpointer,
  thread: string,
  entries: readonly NewEntry[],
  flush: Flush,
): Promise<number> {
  const lease = await checkpointer.lease(thread, owner, 600_000)
  const start = performance.now()
  for (const [after, entry] of entries.entries()) {
    await checkpointer.commit({ appends: [{ thread, after, lease: lease.token, entries: [entry] }], flush })
  }
  const taken = performance.now() - start
  await lease.release()
  return taken
}

/** Steps a second of both, one after the other in every round. */
async function compareCommits(flush: Flush, count: number): Promise<CheckpointRow> {
  const entries = Array.from({ length: count }, (_, index) => entryOf(index))
  const found: { bare: number; keepup: number }[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const bare = await onFile((path) => {
      const database = openBare(path, flush)
      const taken = fillBare(database, entries)
      database.close()
      return taken
    })
    const keepup = await onFile(async (path) => {
      await using database = await openSqlite(path)
      return await fill(sqliteCheckpointer(database), 'thread', entries, flush)
    })
    // The first round warms up.
    if (round > 0) found.push({ bare, keepup })
    await nextTurn()
  }
  return {
    name: `commit, survives ${flush === 'power' ? 'power loss' : 'a kill'}`,
    metrics: {
      'bare steps/s': median(found.map(({ bare }) => (count / bare) * 1_000)),
      'keepup steps/s': median(found.map(({ keepup }) => (count / keepup) * 1_000)),
      ratio: median(found.map(({ bare, keepup }) => bare / keepup)),
    },
  }
}

/** Twenty threads that wait for the barrier at once, against the same number one after the other. */
async function compareGroups(): Promise<CheckpointRow> {
  const entries = Array.from({ length: 50 }, (_, index) => entryOf(index))
  const names = Array.from({ length: 20 }, (_, index) => `thread-${index}`)
  const found: { alone: number; together: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    found.push(
      await onFile(async (path) => {
        await using database = await openSqlite(path)
        const checkpointer = sqliteCheckpointer(database)
        const alone = await fill(checkpointer, 'alone', entries, 'power')
        const start = performance.now()
        await Promise.all(names.map((name) => fill(checkpointer, name, entries, 'power')))
        return { alone: alone / 50, together: (performance.now() - start) / 1_000 }
      }),
    )
  }
  return {
    name: 'commit of 20 threads at once, survives power loss',
    metrics: {
      'alone steps/s': median(found.map(({ alone }) => 1_000 / alone)),
      'together steps/s': median(found.map(({ together }) => 1_000 / together)),
      ratio: median(found.map(({ alone, together }) => alone / together)),
    },
  }
}

async function sizeOf(count: number): Promise<number> {
  const entries = Array.from({ length: count }, (_, index) => entryOf(index))
  return onFile(async (path) => {
    const database = await openSqlite(path)
    await fill(sqliteCheckpointer(database), 'thread', entries, 'process')
    await database.close()
    return statSync(path).size
  })
}

async function measureSize(): Promise<CheckpointRow> {
  const [half, whole, double] = [await sizeOf(steps / 2), await sizeOf(steps), await sizeOf(steps * 2)]
  return {
    name: `size of ${steps} steps of 1 KB`,
    metrics: {
      MB: whole / 1e6,
      'bytes/step': whole / steps,
      'doubled once': whole / half,
      'doubled again': double / whole,
    },
  }
}

/** Milliseconds, the median of some attempts. */
async function timed(body: () => unknown): Promise<number> {
  const taken: number[] = []
  for (let attempt = 0; attempt < 25; attempt += 1) {
    const start = performance.now()
    await body()
    taken.push(performance.now() - start)
  }
  return median(taken)
}

async function compareReads(): Promise<readonly CheckpointRow[]> {
  const entries = Array.from({ length: steps }, (_, index) => entryOf(index))
  const found: { scan: number; read: number; history: number; fork: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    found.push(await onFile((path) => readOnce(path, entries)))
  }
  const scan = median(found.map((round) => round.scan))
  const read = median(found.map((round) => round.read))
  return [
    {
      name: `latest state of ${steps} entries, no snapshot`,
      metrics: {
        'bare scan ms': scan,
        'keepup ms': read,
        ratio: median(found.map((round) => round.read / round.scan)),
      },
    },
    { name: 'history of 20', metrics: { ms: median(found.map((round) => round.history)) } },
    { name: 'fork', metrics: { ms: median(found.map((round) => round.fork)) } },
  ]
}

async function readOnce(
  path: string,
  entries: readonly NewEntry[],
): Promise<{ scan: number; read: number; history: number; fork: number }> {
  const bare = openBare(`${path}.bare`, 'process')
  fillBare(bare, entries)
  const select = bare.prepare<[], { data: Buffer }>(
    'SELECT data FROM step WHERE thread = 1 ORDER BY sequence',
  )
  await using database = await openSqlite(path)
  const checkpointer = sqliteCheckpointer(database)
  await fill(checkpointer, 'thread', entries, 'process')
  let forks = 0
  const scan = await timed(() => select.all().map(({ data }) => JSON.parse(data.toString()) as unknown))
  const read = await timed(() => checkpointer.read('thread'))
  const history = await timed(() => exhaust(checkpointer.history('thread', { limit: 20 })))
  const fork = await timed(() =>
    checkpointer.fork({ thread: 'thread', at: steps / 2 }, `fork-${(forks += 1)}`),
  )
  bare.close()
  return { scan, read, history, fork }
}

async function exhaust(things: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const thing of things) if (thing !== undefined) count += 1
  return count
}

async function compareOnServer(): Promise<CheckpointRow> {
  const entries = Array.from({ length: 1_000 }, (_, index) => entryOf(index))
  const fillOne = (checkpointer: Checkpointer, thread: string): Promise<number> =>
    fill(checkpointer, thread, entries, 'process')
  return {
    name: 'commit in PostgreSQL, survives a kill',
    metrics: await comparePostgres(entries, rounds, fillOne),
  }
}

/** Measures everything; takes about half a minute. */
export async function run(): Promise<readonly CheckpointRow[]> {
  return [
    await compareCommits('process', steps),
    await compareCommits('power', 500),
    await compareGroups(),
    await compareOnServer(),
    await measureSize(),
    ...(await compareReads()),
  ]
}

if (import.meta.main) {
  const rows = await run()
  publishResults({
    name: 'checkpoint',
    about:
      'Threads in SQLite beside bare better-sqlite3, and in PostgreSQL beside prepared inserts: the same 1 KB of data, one commit each, one run. ' +
      `Medians of ${rounds} interleaved rounds.`,
    rows: rows.map(({ name, metrics }) => ({ case: name, ...metrics })),
  })
}
