import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { memoryCheckpointer } from '@keepup/checkpoint'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { Checkpointer } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { append, defineGraph, defineState, end, type Graph, graphState, runGraph, sum } from '@keepup/graph'
import { z } from 'zod'

import { installPeer } from './install-peer.ts'
import { median } from './median.ts'
import { publishResults, type Row } from './publish-results.ts'

const steps = Number(process.env['KEEPUP_BENCH_STEPS'] ?? 1_000)
const long = Number(process.env['KEEPUP_BENCH_LONG'] ?? 10_000)
const branches = Number(process.env['KEEPUP_BENCH_BRANCHES'] ?? 1_000)
const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 3)

/** What one run of a graph did: when each node ended, and how large the state became. */
interface Run {
  readonly ended: readonly number[]
  readonly items: number
}

/** A runtime with a store of its own. */
interface Opened {
  /** A loop of one node that counts and appends a line of 100 characters. */
  readonly loop: (count: number) => Promise<Run>
  /** A node for each of many inputs, in one step. */
  readonly fan: (count: number) => Promise<Run>
  /** The state, as another process would read it. */
  readonly read: () => Promise<unknown>
  readonly close: () => Promise<void>
}

type Open = (path: string) => Promise<Opened>

const line = 'x'.repeat(100)
const state = defineState({
  channels: {
    count: { schema: z.number(), reducer: sum, initial: 0 },
    log: { schema: z.array(z.string()), reducer: append, initial: [] },
  },
})

function loopGraph(count: number, ended: number[]) {
  return defineGraph({ name: 'bench', state, steps: count + 1 })
    .node('step', () => (ended.push(performance.now()), { count: 1, log: [line] }))
    .entry('step')
    .route('step', ['step', end], (values) => (values.count < count ? 'step' : end))
    .build()
}

function fanGraph(count: number, ended: number[]) {
  return defineGraph({ name: 'bench', state })
    .node('plan', () => ({}))
    .node('work', async (_, { input }) => (ended.push(performance.now()), { count: input, log: [line] }), {
      input: z.number(),
    })
    .node('gather', () => ({}))
    .entry('plan')
    .route('plan', ['work'], () => Array.from({ length: count }, () => ({ node: 'work' as const, input: 1 })))
    .edge('work', 'gather')
    .edge('gather', end)
    .build()
}

async function openKeepup(checkpointer: Checkpointer, close: () => Promise<void>): Promise<Opened> {
  let last: (() => Promise<unknown>) | undefined
  async function run<Values extends { readonly log: readonly string[] }>(
    graph: Graph<Values>,
    ended: readonly number[],
  ): Promise<Run> {
    const base = { graph, checkpointer, thread: 'bench' }
    for await (const event of runGraph({ ...base })) void event
    last = () => graphState(base)
    const { values } = await graphState(base)
    return { ended, items: values.log.length }
  }
  return {
    loop: (count) => {
      const ended: number[] = []
      return run(loopGraph(count, ended), ended)
    },
    fan: (count) => {
      const ended: number[] = []
      return run(fanGraph(count, ended), ended)
    },
    read: () => last?.() ?? Promise.resolve(undefined),
    close,
  }
}

const keepupMemory: Open = () => openKeepup(memoryCheckpointer(), async () => undefined)
const keepupSqlite: Open = async (path) => {
  const database = await openSqlite(path)
  return openKeepup(sqliteCheckpointer(database), () => database.close())
}

/** What this bench needs of `@langchain/langgraph`. */
interface LangGraphModule {
  readonly Annotation: {
    (options: {
      readonly reducer: (a: unknown, b: unknown) => unknown
      readonly default: () => unknown
    }): unknown
    Root(channels: object): unknown
  }
  readonly StateGraph: new (annotation: unknown) => LangGraphBuilder
  readonly Send: new (node: string, input: unknown) => unknown
  readonly MemorySaver: new () => object
}

interface LangGraphBuilder {
  addNode(name: string, run: (state: never) => object | Promise<object>): LangGraphBuilder
  addEdge(from: string, to: string): LangGraphBuilder
  addConditionalEdges(
    from: string,
    choose: (state: never) => unknown,
    targets?: readonly string[],
  ): LangGraphBuilder
  compile(options: object): {
    invoke(input: object, config: object): Promise<{ readonly log: readonly string[] }>
    getState(config: object): Promise<unknown>
  }
}

async function load<Module>(path: string): Promise<Module> {
  const module = join(import.meta.dirname, 'peers/langgraph/node_modules/@langchain', path)
  // The peer is installed beside the workspace, so it has no types here.
  return (await import(pathToFileURL(module).href)) as Module
}

async function openLangGraph(saver: object, close: () => Promise<void>): Promise<Opened> {
  const { Annotation, StateGraph, Send } = await load<LangGraphModule>('langgraph/dist/index.js')
  const root = Annotation.Root({
    count: Annotation({ reducer: (a, b) => Number(a) + Number(b), default: () => 0 }),
    log: Annotation({ reducer: (a, b) => (a as string[]).concat(b as string[]), default: () => [] }),
  })
  const config = { configurable: { thread_id: 'bench' }, recursionLimit: 1_000_000, durability: 'sync' }
  let last: (() => Promise<unknown>) | undefined
  async function run(builder: LangGraphBuilder, ended: readonly number[]): Promise<Run> {
    const graph = builder.compile({ checkpointer: saver })
    const { log } = await graph.invoke({ count: 0, log: [] }, config)
    last = () => graph.getState(config)
    return { ended, items: log.length }
  }
  return {
    loop: (count) => {
      const ended: number[] = []
      const builder = new StateGraph(root)
        .addNode('step', () => (ended.push(performance.now()), { count: 1, log: [line] }))
        .addEdge('__start__', 'step')
        .addConditionalEdges('step', (values: { count: number }) =>
          values.count < count ? 'step' : '__end__',
        )
      return run(builder, ended)
    },
    fan: (count) => {
      const ended: number[] = []
      const builder = new StateGraph(root)
        .addNode('plan', () => ({}))
        .addNode('work', async () => (ended.push(performance.now()), { count: 1, log: [line] }))
        .addNode('gather', () => ({}))
        .addEdge('__start__', 'plan')
        .addConditionalEdges('plan', () => Array.from({ length: count }, () => new Send('work', {})), [
          'work',
        ])
        .addEdge('work', 'gather')
        .addEdge('gather', '__end__')
      return run(builder, ended)
    },
    read: () => last?.() ?? Promise.resolve(undefined),
    close,
  }
}

const langGraphMemory: Open = async () => {
  const { MemorySaver } = await load<LangGraphModule>('langgraph/dist/index.js')
  return openLangGraph(new MemorySaver(), async () => undefined)
}
const langGraphSqlite: Open = async (path) => {
  const { SqliteSaver } = await load<{
    readonly SqliteSaver: { fromConnString(path: string): { readonly db: { close(): unknown } } }
  }>('langgraph-checkpoint-sqlite/dist/index.js')
  const saver = SqliteSaver.fromConnString(path)
  return openLangGraph(saver, async () => void saver.db.close())
}

async function measure(
  open: Open,
  shape: 'fan' | 'loop',
  count: number,
): Promise<Readonly<Record<string, number>>> {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-bench-'))
  const path = join(folder, 'store.db')
  try {
    const opened = await open(path)
    const before = process.cpuUsage()
    const start = performance.now()
    const { ended, items } = await opened[shape](count)
    const wall = performance.now() - start
    const { user, system } = process.cpuUsage(before)
    if (items !== count) throw new Error(`${count} nodes left ${items} items`)
    const reading = performance.now()
    await opened.read()
    const read = performance.now() - reading
    await opened.close()
    const tenth = Math.max(1, Math.floor(count / 10))
    return {
      'ms/node': wall / count,
      'CPU ms/node': (user + system) / 1_000 / count,
      'first tenth ms': pace(ended.slice(0, tenth)),
      'last tenth ms': pace(ended.slice(-tenth)),
      'bytes/node':
        open === keepupSqlite || open === langGraphSqlite ? statSync(path).size / count : Number.NaN,
      'read ms': read,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function pace(times: readonly number[]): number {
  return ((times.at(-1) ?? 0) - (times[0] ?? 0)) / Math.max(1, times.length - 1)
}

function middle(found: readonly Readonly<Record<string, number>>[]): Record<string, number | undefined> {
  return Object.fromEntries(
    Object.keys(found[0] ?? {}).map((name) => {
      const value = median(found.map((round) => round[name] ?? Number.NaN))
      return [name, Number.isNaN(value) ? undefined : value]
    }),
  )
}

if (import.meta.main) {
  const peer = installPeer('langgraph')
  if ('missing' in peer) console.error(`LangGraph is left out: ${peer.missing}`)
  const theirs = 'versions' in peer
  const cases: readonly (readonly [string, Open, 'fan' | 'loop', number])[] = [
    [`keepup, memory: ${steps} steps`, keepupMemory, 'loop', steps],
    ...(theirs
      ? ([[`LangGraph, MemorySaver: ${steps} steps`, langGraphMemory, 'loop', steps]] as const)
      : []),
    [`keepup, SQLite: ${steps} steps`, keepupSqlite, 'loop', steps],
    ...(theirs
      ? ([[`LangGraph, SqliteSaver: ${steps} steps`, langGraphSqlite, 'loop', steps]] as const)
      : []),
    [`keepup, memory: ${long} steps`, keepupMemory, 'loop', long],
    [`keepup, SQLite: ${long} steps`, keepupSqlite, 'loop', long],
    [`keepup, SQLite: ${branches} branches`, keepupSqlite, 'fan', branches],
    ...(theirs
      ? ([[`LangGraph, SqliteSaver: ${branches} branches`, langGraphSqlite, 'fan', branches]] as const)
      : []),
  ]
  // Warms the code that all share.
  await measure(keepupMemory, 'loop', 2_000)
  if (theirs) await measure(langGraphMemory, 'loop', 200)
  const found = cases.map(() => [] as Readonly<Record<string, number>>[])
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, [, open, shape, count]] of cases.entries())
      found[at]?.push(await measure(open, shape, count))
  }
  const rows: Row[] = cases.map(([name], at) => ({ graph: name, ...middle(found[at] ?? []) }))
  publishResults({
    name: 'graph',
    about:
      `A loop of one node that counts and appends 100 characters, and a fan-out over data; every step is durable before the next (\`sync\`). Medians of ${rounds} rounds. ` +
      ('versions' in peer ? peer.versions : ''),
    rows,
  })
}
