import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { postgresCheckpointer } from '@keepup/checkpoint-postgres'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { Checkpointer } from '@keepup/core'
import { openPostgres } from '@keepup/database-postgres'
import { openSqlite } from '@keepup/database-sqlite'
import { KeepupSaver } from '@keepup/langgraph-saver'
import {
  type BaseCheckpointSaver,
  type Checkpoint,
  MemorySaver,
  uuid6,
} from '@langchain/langgraph-checkpoint'

import { owner, stepEntry } from './step-entries.ts'

/** A store of a graph's steps, opened on a place of its own. */
export interface StepStore {
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

/** Opens a store on a file, or in a schema of a server that the file's path names. */
export type OpenStore = (path: string) => Promise<StepStore>

interface OpenedSaver {
  readonly saver: BaseCheckpointSaver
  close(): Promise<void>
}

const thread = { thread_id: 'bench', checkpoint_ns: '' }

/** A list of messages that grows by one at each step, through LangGraph's interface, as its loop does: the write and the checkpoint are asked for at once. */
function stepsThrough(open: () => Promise<OpenedSaver>, isDelta: boolean): () => Promise<StepStore> {
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

function closing(checkpointer: Checkpointer, database: { readonly close: () => Promise<void> }): OpenedSaver {
  const saver = new KeepupSaver(checkpointer)
  return {
    saver,
    close: async () => {
      await saver[Symbol.asyncDispose]()
      await checkpointer[Symbol.asyncDispose]()
      await database.close()
    },
  }
}

/** keepup's saver on SQLite. */
export function keepupOnSqlite(isDelta: boolean): OpenStore {
  return (path) =>
    stepsThrough(async () => {
      const database = await openSqlite(path)
      return closing(sqliteCheckpointer(database), database)
    }, isDelta)()
}

/** keepup's saver on a server. */
export function keepupOnPostgres(url: string): OpenStore {
  return (path) =>
    stepsThrough(async () => {
      const database = await openPostgres(url, { schema: schemaOf(path), connections: 2 })
      return closing(await postgresCheckpointer(database), database)
    }, false)()
}

/** What is needed of LangGraph's own savers, which are installed beside the workspace and so have no types here. */
interface Theirs {
  readonly SqliteSaver: {
    fromConnString(path: string): BaseCheckpointSaver & { readonly db: { close(): unknown } }
  }
  readonly PostgresSaver: {
    fromConnString(
      url: string,
      options: { readonly schema: string },
    ): BaseCheckpointSaver & {
      readonly pool: { on(event: 'error', listener: () => void): unknown }
      setup(): Promise<void>
      end(): Promise<void>
    }
  }
}

async function theirs(name: string): Promise<Theirs> {
  const file = `peers/langgraph/node_modules/@langchain/langgraph-checkpoint-${name}/dist/index.js`
  return (await import(pathToFileURL(join(import.meta.dirname, file)).href)) as Theirs
}

/** LangGraph's SqliteSaver. */
export function theirsOnSqlite(isDelta: boolean): OpenStore {
  return async (path) => {
    const { SqliteSaver } = await theirs('sqlite')
    return stepsThrough(async () => {
      const saver = SqliteSaver.fromConnString(path)
      return { saver, close: async () => void saver.db.close() }
    }, isDelta)()
  }
}

/** LangGraph's PostgresSaver. */
export function theirsOnPostgres(url: string): OpenStore {
  return async (path) => {
    const { PostgresSaver } = await theirs('postgres')
    return stepsThrough(async () => {
      const saver = PostgresSaver.fromConnString(url, { schema: schemaOf(path) })
      // The server's end closes connections that the driver still keeps.
      saver.pool.on('error', () => undefined)
      await saver.setup()
      return { saver, close: () => saver.end() }
    }, false)()
  }
}

/** LangGraph's MemorySaver. */
export const inMemory: OpenStore = () =>
  stepsThrough(async () => ({ saver: new MemorySaver(), close: async () => undefined }), false)()

/** The same messages as entries of a thread, one commit each. */
export const nativeOnSqlite: OpenStore = async (path) => {
  let database = await openSqlite(path)
  let checkpointer = sqliteCheckpointer(database)
  const lease = await checkpointer.lease('bench', owner, 600_000)
  return {
    step: async (data, after) => {
      const append = { thread: 'bench', after, lease: lease.token, entries: [stepEntry(data, Date.now())] }
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

/** The schema of a store that others keep in a file. */
export function schemaOf(path: string): string {
  return `bench_${path
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .toLowerCase()
    .slice(-30)}`
}
