import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openPostgres, statement } from '@keepup/database-postgres'
import { startPostgres } from '@keepup/vitest/postgres-server'

import { installPeer } from './install-peer.ts'
import { median } from './median.ts'
import { publishResults, type Row } from './publish-results.ts'
import { stepText } from './step-entries.ts'
import {
  inMemory,
  keepupOnPostgres,
  keepupOnSqlite,
  nativeOnSqlite,
  type OpenStore,
  schemaOf,
  theirsOnPostgres,
  theirsOnSqlite,
} from './step-stores.ts'

const steps = Number(process.env['KEEPUP_BENCH_STEPS'] ?? 2_000)
/** PostgresSaver takes a minute and a gigabyte for 2,000 steps of 1 KB. */
const stepsOnServer = Math.min(steps, 500)
const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 1)
const sizes = (process.env['KEEPUP_BENCH_SIZES'] ?? '1024,4096').split(',').map(Number)

const sizeOfSchema = statement<{ size: number | null }>(
  `SELECT sum(pg_total_relation_size(c.oid))::bigint AS size FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'r' AND n.nspname = $1`,
)

async function timed(body: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await body()
  return performance.now() - start
}

/** What is measured, and where its bytes are when they are not in a file. */
interface Measuring {
  readonly length: number
  readonly count: number
  readonly sizeOf?: (path: string) => Promise<number>
}

async function measure(
  open: OpenStore,
  { length, count, sizeOf = fileSize }: Measuring,
): Promise<Readonly<Record<string, number>>> {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-bench-'))
  const path = join(folder, 'store.db')
  try {
    const store = await open(path)
    const taken: number[] = []
    const before = process.cpuUsage()
    for (let at = 0; at < count; at += 1) {
      const message = { role: 'assistant', content: stepText(at, length) }
      taken.push(await timed(() => store.step(message, at)))
    }
    const { user, system } = process.cpuUsage(before)
    const tenth = Math.ceil(count / 10)
    if (open !== inMemory) await store.reopen()
    const bytes = await sizeOf(path)
    const found = {
      'steps/s': (count / sum(taken)) * 1_000,
      'processor ms/step': (user + system) / 1_000 / count,
      'p50 ms': median(taken),
      'first tenth ms': sum(taken.slice(0, tenth)) / tenth,
      'last tenth ms': sum(taken.slice(-tenth)) / tenth,
      'bytes/step': bytes / count,
      'latest ms': await timed(store.latest),
      'page of 20 ms': await timed(store.page),
      'delete ms': await timed(store.remove),
    }
    await store.close()
    return found
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fileSize(path: string): Promise<number> {
  return existsSync(path) ? statSync(path).size : Number.NaN
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** The medians of all rounds. */
function middle(found: readonly Readonly<Record<string, number>>[]): Record<string, number | undefined> {
  return Object.fromEntries(
    Object.keys(found[0] ?? {}).map((name) => {
      const value = median(found.map((round) => round[name] ?? Number.NaN))
      return [name, Number.isNaN(value) ? undefined : value]
    }),
  )
}

type NamedStore = readonly [name: string, open: OpenStore]

/** Every store on the same steps, one after the other in every round; how much faster each is than the one named `than`. */
async function compare(
  stores: readonly NamedStore[],
  measuring: Measuring,
  than: string,
): Promise<readonly Row[]> {
  const found = stores.map(() => [] as Readonly<Record<string, number>>[])
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, [name, open]] of stores.entries()) {
      const measured = await measure(open, measuring)
      // Told at once, as the whole takes minutes.
      console.error(name, JSON.stringify(measured))
      found[at]?.push(measured)
    }
  }
  const rows = stores.map(([name], at) => ({ name, metrics: middle(found[at] ?? []) }))
  const theirs = rows.find(({ name }) => name === than)?.metrics
  return rows.map(({ name, metrics }) => ({
    store: `${name}, ${measuring.length / 1_024} KB, ${measuring.count} steps`,
    ...metrics,
    [`x ${than}`]: quotient(metrics['steps/s'], theirs?.['steps/s']),
    [`x ${than}, processor`]: quotient(theirs?.['processor ms/step'], metrics['processor ms/step']),
  }))
}

function quotient(value: number | undefined, by: number | undefined): number | undefined {
  return value === undefined || by === undefined ? undefined : value / by
}

async function onFiles(length: number, hasTheirs: boolean): Promise<readonly Row[]> {
  const stores: readonly NamedStore[] = [
    ['keepup, native commits', nativeOnSqlite],
    ['KeepupSaver', keepupOnSqlite(false)],
    ['KeepupSaver, DeltaChannel', keepupOnSqlite(true)],
    ...(hasTheirs
      ? ([
          ['SqliteSaver', theirsOnSqlite(false)],
          ['SqliteSaver, DeltaChannel', theirsOnSqlite(true)],
        ] as const)
      : []),
    // It keeps every state as text in memory: 2,000 of them are 2 GB at 1 KB a step.
    ...(length <= 1_024 && steps <= 500 ? ([['MemorySaver', inMemory]] as const) : []),
  ]
  return compare(stores, { length, count: steps }, 'SqliteSaver')
}

async function onServer(length: number, hasTheirs: boolean): Promise<readonly Row[]> {
  const server = await startPostgres()
  try {
    await using database = await openPostgres(server.url, { connections: 1 })
    const sizeOf = async (path: string): Promise<number> =>
      (await database.query(sizeOfSchema, [schemaOf(path)]))[0]?.size ?? Number.NaN
    const stores: readonly NamedStore[] = [
      ['KeepupSaver on PostgreSQL', keepupOnPostgres(server.url)],
      ...(hasTheirs ? ([['PostgresSaver', theirsOnPostgres(server.url)]] as const) : []),
    ]
    return await compare(stores, { length, count: stepsOnServer, sizeOf }, 'PostgresSaver')
  } finally {
    await server.stop()
  }
}

const peer = installPeer('langgraph')
const hasTheirs = 'versions' in peer
if ('missing' in peer) console.error(`LangGraph's own savers are left out: ${peer.missing}`)
// Warms the code that all share.
await measure(keepupOnSqlite(false), { length: 64, count: steps })
const rows: Row[] = []
for (const length of sizes) {
  rows.push(...(await onFiles(length, hasTheirs)), ...(await onServer(length, hasTheirs)))
}
publishResults({
  name: 'saver',
  about:
    'Steps of a graph, each one message more, in SQLite and PostgreSQL: a write and a checkpoint asked for at once. ' +
    `Medians of ${rounds} rounds. ${hasTheirs ? peer.versions : ''}`,
  rows,
})
