import { startPostgres } from '@keepup/vitest/postgres-server'

import { compareDbos } from './compare-dbos.ts'
import {
  comparePostgres,
  comparePostgresGroups,
  readTimesOnPostgres,
  sizeOnPostgres,
} from './compare-postgres.ts'
import {
  compareGroups,
  compareSqlite,
  compareState,
  readTimesOnSqlite,
  sizeOnSqlite,
} from './compare-sqlite.ts'
import { publishResults, type Row } from './publish-results.ts'

const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 5)
const steps = 2_000
const lengths = [100, 2_000, 20_000]
const sizes = [1_024, 4_096]
const flushes = ['process', 'power'] as const

async function onSqlite(): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const length of sizes) {
    for (const flush of flushes) {
      const compared = await compareSqlite({ flush, length, count: steps, rounds })
      add(rows, { case: `SQLite, ${length / 1_024} KB, survives ${survived(flush)}`, ...compared })
    }
    add(rows, {
      case: `SQLite, size of steps of ${length / 1_024} KB`,
      ...(await grown((count) => sizeOnSqlite(count, length))),
    })
  }
  add(rows, { case: 'SQLite, 20 threads at once, survives power loss', ...(await compareGroups(rounds)) })
  add(rows, {
    case: `SQLite, state of ${steps} entries, no snapshot`,
    ...(await compareState(steps, rounds)),
  })
  add(rows, { case: 'SQLite, reads by length', ...(await readTimesOnSqlite(lengths)) })
  return rows
}

async function onPostgres(): Promise<readonly Row[]> {
  // Its commits wait for the disk where they are asked to.
  const server = await startPostgres(['-c', 'fsync=on'])
  const rows: Row[] = []
  try {
    const { url } = server
    for (const length of sizes) {
      for (const flush of flushes) {
        const compared = await comparePostgres(url, { flush, length, count: steps, rounds })
        add(rows, { case: `PostgreSQL, ${length / 1_024} KB, survives ${survived(flush)}`, ...compared })
      }
      const size = await grown((count) => sizeOnPostgres(url, count, length))
      add(rows, { case: `PostgreSQL, size of steps of ${length / 1_024} KB`, ...size })
      const dbos = await compareDbos(url, { count: 500, length, rounds })
      add(rows, { case: `DBOS on the same server, ${length / 1_024} KB`, ...dbos })
    }
    const groups = await comparePostgresGroups(url, 8, rounds)
    add(rows, { case: 'PostgreSQL, 8 threads at once, survives a kill', ...groups })
    add(rows, { case: 'PostgreSQL, reads by length', ...(await readTimesOnPostgres(url, lengths)) })
  } finally {
    await server.stop()
  }
  return rows
}

/** Also tells it at once, as the whole takes minutes. */
function add(rows: Row[], row: Row): void {
  console.error(JSON.stringify(row))
  rows.push(row)
}

function survived(flush: (typeof flushes)[number]): string {
  return flush === 'power' ? 'power loss' : 'a kill'
}

/** How size grows with the number of steps. */
async function grown(sizeOf: (count: number) => Promise<number>): Promise<Row> {
  const [half, whole, double] = [await sizeOf(steps / 2), await sizeOf(steps), await sizeOf(steps * 2)]
  return {
    [`MB for ${steps}`]: whole / 1e6,
    'bytes/step': whole / steps,
    'doubled once': whole / half,
    'doubled again': double / whole,
  }
}

publishResults({
  name: 'checkpoint',
  about:
    'Threads in SQLite beside bare better-sqlite3, and in PostgreSQL beside prepared inserts through the driver alone: the same data with the same durability, ' +
    `${steps} commits of one entry each, one after the other. Medians of ${rounds} interleaved rounds.`,
  rows: [...(await onSqlite()), ...(await onPostgres())],
})
