import { setTimeout as sleep } from 'node:timers/promises'

import { postgresCheckpointer } from '@keepup/checkpoint-postgres'
import { type RunQueue, submitRun } from '@keepup/cluster'
import { postgresQueue } from '@keepup/cluster/postgres'
import type { Checkpointer, ThreadId } from '@keepup/core'
import { openPostgres } from '@keepup/database-postgres'
import { type Program, startProgram } from '@keepup/vitest/child-process'
import { startPostgres } from '@keepup/vitest/postgres-server'

import { comparePostgresGroups } from './compare-postgres.ts'
import { median } from './median.ts'
import { publishResults, type Row } from './publish-results.ts'

const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 3)
const program = new URL('cluster-worker.ts', import.meta.url)
/** What a worker has under way at one time. */
const concurrency = 4

interface Store {
  readonly checkpointer: Checkpointer
  readonly queue: RunQueue
}

interface Load {
  readonly url: string
  readonly workers: number
  readonly runs: number
  /** Milliseconds that the model takes. */
  readonly delay: number
}

/** What was done from the moment when all workers were at work to the end of the last run. */
interface Throughput {
  readonly runs: number
  readonly entries: number
}

let count = 0

/** Runs a second and entries a second of so many worker processes, from a line that was full when they were let at it. */
async function throughput({ url, workers, runs, delay }: Load): Promise<Throughput> {
  const schema = `load_${(count += 1)}_${Date.now()}`
  return withStore(url, schema, async (store) => {
    const crew = await startWorkers(store, workers, [url, schema, String(delay), String(concurrency)])
    await store.queue.pause(true)
    const threads = await submit(store, runs)
    await store.queue.pause(false)
    const begun = performance.now()
    await untilOver(store.queue)
    const seconds = (performance.now() - begun) / 1_000
    await endWorkers(crew)
    let entries = 0
    for (const thread of threads) {
      const { head, entries: all } = await store.checkpointer.read(thread)
      if (all.at(-1)?.type !== 'run-finished') throw new Error(`The run of ${thread} has not ended.`)
      // Its first entry was there when the clock began.
      entries += head - 1
    }
    return { runs: runs / seconds, entries: entries / seconds }
  })
}

/** Seconds from the kill of a worker process to the moment when another one had its thread. */
async function failovers(url: string, runs: number): Promise<readonly number[]> {
  const schema = `failover_${Date.now()}`
  return withStore(url, schema, async (store) => {
    const args = [url, schema, '3000', String(runs)]
    const [victim] = await startWorkers(store, 1, args)
    const threads = await submit(store, runs)
    while ((await store.queue.status()).claims.length < runs) await sleep(20)
    const others = await startWorkers(store, 1, args)
    await sleep(500)
    victim?.process.kill('SIGKILL')
    const killed = Date.now()
    await untilOver(store.queue)
    await endWorkers(others)
    const found: number[] = []
    for (const thread of threads) {
      const { entries } = await store.checkpointer.read(thread)
      const taken = entries.find(({ time, type }) => time >= killed && /^run-(started|resumed)$/.test(type))
      if (taken !== undefined) found.push((taken.time - killed) / 1_000)
    }
    return found
  })
}

async function withStore<T>(url: string, schema: string, body: (store: Store) => Promise<T>): Promise<T> {
  await using database = await openPostgres(url, { schema, connections: 4 })
  await using checkpointer = await postgresCheckpointer(database)
  await using queue = await postgresQueue(database, { address: url, isOwnerDead: () => false })
  return await body({ checkpointer, queue })
}

async function startWorkers({ queue }: Store, workers: number, args: readonly string[]): Promise<Program[]> {
  const before = (await queue.status()).workers.length
  const crew = Array.from({ length: workers }, () => startProgram(program, ...args))
  // Each has asked for jobs: it is heard of.
  while ((await queue.status()).workers.length < before + workers) await sleep(20)
  return crew
}

async function endWorkers(crew: readonly Program[]): Promise<void> {
  for (const { process: one } of crew) one.kill('SIGTERM')
  const ends = await Promise.all(crew.map(({ ended }) => ended))
  const bad = ends.find(({ code }) => code !== 0)
  if (bad !== undefined) throw new Error(`A worker ended with ${bad.code}: ${bad.complaint.slice(-500)}`)
}

async function submit(store: Store, runs: number): Promise<readonly ThreadId[]> {
  const threads = Array.from({ length: runs }, (_, index) => `run-${index}`)
  for (const thread of threads) await submitRun(store, { thread, input: 'Go' })
  return threads
}

async function untilOver(queue: RunQueue): Promise<void> {
  for (;;) {
    const { waiting, deferred, claims } = await queue.status()
    if (waiting + deferred + claims.length === 0) return
    await sleep(20)
  }
}

async function loads(url: string): Promise<readonly Row[]> {
  const found = new Map<string, Throughput[]>()
  const cases = [1, 2, 4].flatMap((workers) => [
    { name: `${workers} workers, model answers at once`, workers, runs: 60, delay: 0 },
    { name: `${workers} workers, model takes 200 ms`, workers, runs: 60, delay: 200 },
  ])
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, ...load } of cases) {
      const one = await throughput({ url, ...load })
      console.error(JSON.stringify({ name, ...one }))
      found.set(name, [...(found.get(name) ?? []), one])
    }
  }
  const middle = (name: string, what: keyof Throughput): number =>
    median((found.get(name) ?? []).map((one) => one[what]))
  return cases.map(({ name, workers, delay }) => ({
    case: name,
    'runs/s': middle(name, 'runs'),
    'entries/s': middle(name, 'entries'),
    'of linear': middle(name, 'runs') / (workers * middle(nameOfOne(delay), 'runs')),
  }))
}

function nameOfOne(delay: number): string {
  return delay === 0 ? '1 workers, model answers at once' : '1 workers, model takes 200 ms'
}

const server = await startPostgres()
try {
  const seconds = await failovers(server.url, 12)
  console.error(JSON.stringify({ seconds }))
  const rows = [...(await loads(server.url))]
  for (const threads of [1, 8]) {
    const commits = await comparePostgresGroups(server.url, threads, rounds)
    rows.push({ case: `commits beside bare inserts, ${threads} at once`, ...commits })
  }
  const [fastest, slowest] = [Math.min(...seconds), Math.max(...seconds)]
  rows.push({ case: 'fail-over, seconds', count: seconds.length, median: median(seconds), fastest, slowest })
  publishResults({
    name: 'cluster',
    about: `Worker processes on one PostgreSQL and one machine, each with ${concurrency} runs at a time; every run is one answer of a scripted model. Medians of ${rounds} interleaved rounds. Fail-over as between machines: no death is proved.`,
    rows,
  })
} finally {
  await server.stop()
}
