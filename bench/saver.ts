import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { type NewEntry, type Owner, trustedLabel } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { KeepupSaver } from '@keepup/langgraph-saver'
import {
  type BaseCheckpointSaver,
  type Checkpoint,
  MemorySaver,
  uuid6,
} from '@langchain/langgraph-checkpoint'

import { installPeer } from './install-peer.ts'
import { median } from './median.ts'
import { publishResults, type Row } from './publish-results.ts'

/** A store of a graph's steps, opened on a file. */
interface StepStore {
  /** Stores one step: what a node wrote, and the checkpoint that follows. */
  readonly step: (message: object, at: number) => Promise<void>
  /** Opens it anew, as another process would. */
  readonly reopen: () => Promise<void>
  readonly latest: () => Promise<unknown>
  /** The newest 20. */
  readonly page: () => Promise<number>
  readonly remove: () => Promise<void>
  close(): Promise<void>
}

type OpenStore = (path: string) => Promise<StepStore>

const steps = Number(process.env['KEEPUP_BENCH_STEPS'] ?? 2_000)
const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 1)
const sizes = (process.env['KEEPUP_BENCH_SIZES'] ?? '1024,4096').split(',').map(Number)
const thread = { thread_id: 'bench', checkpoint_ns: '' }
const owner: Owner = { host: 'bench', boot: '', process: process.pid, started: '', instance: 'bench' }
const words =
  'the agent reads a file then runs tests and edits code until const return await error passes green'.split(
    ' ',
  )

/** Text that compresses like prose, another one for every seed. */
function text(seed: number, length: number): string {
  let state = seed * 2_654_435_761 + 1
  let made = ''
  while (made.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    made += `${state % 8 === 0 ? state.toString(36) : words[state % words.length]} `
  }
  return made.slice(0, length)
}

/** A list of messages that grows by one at each step, through LangGraph's interface, as its loop does: the write and the checkpoint are asked for at once. */
function stepsThrough(
  open: () => Promise<{ readonly saver: BaseCheckpointSaver; close(): Promise<void> }>,
  isDelta: boolean,
): () => Promise<StepStore> {
  return async () => {
    let opened = await open()
    const messages: object[] = []
    let parent: Awaited<ReturnType<BaseCheckpointSaver['put']>> = { configurable: { ...thread } }
    return {
      step: async (message, at) => {
        messages.push(message)
        const checkpoint: Checkpoint = {
          v: 4,
          id: uuid6(at),
          ts: new Date().toISOString(),
          // With a DeltaChannel the state is left out, but for every 1,000th step.
          channel_values: isDelta && at % 1_000 !== 999 ? {} : { messages: [...messages] },
          channel_versions: { messages: at + 1 },
          versions_seen: { model: { messages: at } },
        }
        const { saver } = opened
        const metadata = { source: 'loop', step: at, parents: {} } as const
        const wrote = at === 0 ? undefined : saver.putWrites(parent, [['messages', message]], `task-${at}`)
        const put = saver.put(parent, checkpoint, metadata, { messages: at + 1 })
        const [next] = await Promise.all([put, wrote])
        parent = next
      },
      reopen: async () => {
        await opened.close()
        opened = await open()
      },
      latest: () =>
        isDelta
          ? opened.saver.getDeltaChannelHistory({ config: parent, channels: ['messages'] })
          : opened.saver.getTuple({ configurable: { ...thread } }),
      page: async () => {
        let count = 0
        for await (const tuple of opened.saver.list({ configurable: { ...thread } }, { limit: 20 })) {
          count += tuple.checkpoint.id === '' ? 0 : 1
        }
        return count
      },
      remove: () => opened.saver.deleteThread(thread.thread_id),
      close: () => opened.close(),
    }
  }
}

function openKeepup(isDelta: boolean): OpenStore {
  return (path) =>
    stepsThrough(async () => {
      const database = await openSqlite(path)
      const saver = new KeepupSaver(sqliteCheckpointer(database))
      return {
        saver,
        close: async () => {
          await saver[Symbol.asyncDispose]()
          await database.close()
        },
      }
    }, isDelta)()
}

/** What this bench needs of `@langchain/langgraph-checkpoint-sqlite`. */
interface SqliteSaverModule {
  readonly SqliteSaver: {
    fromConnString(path: string): BaseCheckpointSaver & { readonly db: { close(): unknown } }
  }
}

function openTheirs(isDelta: boolean): OpenStore {
  const module = join(
    import.meta.dirname,
    'peers/langgraph/node_modules/@langchain/langgraph-checkpoint-sqlite/dist/index.js',
  )
  return async (path) => {
    // The peer is installed beside the workspace, so it has no types here.
    const { SqliteSaver } = (await import(pathToFileURL(module).href)) as SqliteSaverModule
    return stepsThrough(async () => {
      const saver = SqliteSaver.fromConnString(path)
      return { saver, close: async () => void saver.db.close() }
    }, isDelta)()
  }
}

const openMemory: OpenStore = () =>
  stepsThrough(async () => ({ saver: new MemorySaver(), close: async () => undefined }), false)()

/** The same messages as entries of a thread, one commit each. */
const openNative: OpenStore = async (path) => {
  let database = await openSqlite(path)
  let checkpointer = sqliteCheckpointer(database)
  const lease = await checkpointer.lease('bench', owner, 600_000)
  return {
    step: async (data, after) => {
      const entry: NewEntry = {
        type: 'tool-finished',
        version: 1,
        critical: false,
        time: Date.now(),
        by: 'runtime',
        labels: { default: trustedLabel },
        data,
      }
      const append = { thread: 'bench', after, lease: lease.token, entries: [entry] }
      await checkpointer.commit({ appends: [append], flush: 'process' })
    },
    reopen: async () => {
      await database.close()
      database = await openSqlite(path)
      checkpointer = sqliteCheckpointer(database)
    },
    latest: () => checkpointer.read('bench'),
    page: async () => {
      let count = 0
      for await (const { sequence } of checkpointer.history('bench', { limit: 20 }))
        count += Math.sign(sequence)
      return count
    },
    remove: async () => void (await checkpointer.erase({ thread: 'bench', forks: 'refuse' })),
    close: () => database.close(),
  }
}

async function timed(body: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await body()
  return performance.now() - start
}

async function measure(open: OpenStore, length: number): Promise<Readonly<Record<string, number>>> {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-bench-'))
  const path = join(folder, 'store.db')
  try {
    const store = await open(path)
    const taken: number[] = []
    for (let at = 0; at < steps; at += 1) {
      const message = { role: 'assistant', content: text(at, length) }
      taken.push(await timed(() => store.step(message, at)))
    }
    const tenth = Math.ceil(steps / 10)
    const isFile = open !== openMemory
    if (isFile) await store.reopen()
    const bytes = isFile ? statSync(path).size : Number.NaN
    const found = {
      'steps/s': (steps / sum(taken)) * 1_000,
      'p50 ms': median(taken),
      'first tenth ms': sum(taken.slice(0, tenth)) / tenth,
      'last tenth ms': sum(taken.slice(-tenth)) / tenth,
      'bytes/step': bytes / steps,
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

/** Every store on the same steps, one after the other in every round. */
async function compare(length: number, theirs: boolean): Promise<readonly Row[]> {
  const stores: readonly (readonly [string, OpenStore])[] = [
    ['keepup, native commits', openNative],
    ['KeepupSaver', openKeepup(false)],
    ['KeepupSaver, DeltaChannel', openKeepup(true)],
    ...(theirs
      ? ([
          ['SqliteSaver', openTheirs(false)],
          ['SqliteSaver, DeltaChannel', openTheirs(true)],
        ] as const)
      : []),
    // It keeps every state as text in memory: 2,000 of them are 2 GB at 1 KB a step.
    ...(length <= 1_024 && steps <= 500 ? ([['MemorySaver', openMemory]] as const) : []),
  ]
  const found = stores.map(() => [] as Readonly<Record<string, number>>[])
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, [, open]] of stores.entries()) found[at]?.push(await measure(open, length))
  }
  const rows = stores.map(([name], at) => ({ name, metrics: middle(found[at] ?? []) }))
  const theirSpeed = rows.find(({ name }) => name === 'SqliteSaver')?.metrics['steps/s']
  return rows.map(({ name, metrics }) => ({
    store: `${name}, ${length / 1_024} KB`,
    ...metrics,
    'x SqliteSaver': theirSpeed === undefined ? undefined : (metrics['steps/s'] ?? Number.NaN) / theirSpeed,
  }))
}

if (import.meta.main) {
  const peer = installPeer('langgraph')
  if ('missing' in peer) console.error(`LangGraph's own savers are left out: ${peer.missing}`)
  // Warms the code that all share.
  await measure(openKeepup(false), 64)
  const rows: Row[] = []
  for (const length of sizes) rows.push(...(await compare(length, 'versions' in peer)))
  publishResults({
    name: 'saver',
    about:
      `${steps} steps of a graph, each one message more, in SQLite: a write and a checkpoint asked for at once. Medians of ${rounds} rounds. ` +
      ('versions' in peer ? peer.versions : ''),
    rows,
  })
}
