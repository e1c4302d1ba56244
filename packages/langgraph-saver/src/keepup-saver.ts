import { isDeepStrictEqual } from 'node:util'

import {
  type Checkpointer,
  type Clock,
  type Flush,
  KeepupError,
  type Milliseconds,
  systemClock,
} from '@keepup/core'
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  type DeltaChannelHistory,
  getCheckpointId,
  type PendingWrite,
} from '@langchain/langgraph-checkpoint'

import { BranchReads } from './branch-reads.ts'
import type { Comparison } from './change.ts'
import { channelHistory } from './channel-history.ts'
import { putEntry, writesEntry } from './graph-fact.ts'
import { type GraphIndex, type Put, writeKey } from './graph-index.ts'
import { GraphThread } from './graph-thread.ts'
import { createIsStoredAs } from './is-stored-as.ts'
import { createKeptItems } from './kept-items.ts'
import { putData, writesData } from './put-data.ts'
import { type Form, formOf, storedKey } from './stored-form.ts'
import { configOf, type GraphConfig, tupleOf } from './tuple-of.ts'

/** The parts of {@link KeepupSaver}. */
export interface KeepupSaverOptions {
  /** What a checkpoint survives once it is put: a kill of the process (when left out), or a loss of power. */
  readonly flush?: Flush
  /** How long the right to write to a thread lasts when its holder dies on another machine; 10,000 when left out. */
  readonly ttl?: Milliseconds
  /** How long it is kept after the last write, so that processes may take turns; 250 when left out. */
  readonly idle?: Milliseconds
  /** How long a write waits for another process before it fails `lease-held`; 15,000 when left out. */
  readonly patience?: Milliseconds
  /** How many threads are remembered; their checkpoints lie in memory as they lie in the database. 100 when left out. */
  readonly remembered?: number
  readonly clock?: Clock
}

/** A thread as this saver knows it. */
interface Known {
  readonly thread: GraphThread
  readonly reads: BranchReads
}

const prefix = 'langgraph:'

/**
 * A LangGraph.js saver over any checkpointer of keepup. Each thread of LangGraph, with all its namespaces, is one thread of keepup, `langgraph:` and its id;
 * each `put` and each `putWrites` is one entry with what is new. What LangGraph asks for at once is committed at once.
 *
 * Beyond LangGraph's contract: two runs that go on from one checkpoint are refused (`checkpoint-conflict`, `lease-held`); a branch never sees what
 * was written for its sibling; a value that cannot be given back exactly is refused (`value-not-storable`).
 */
export class KeepupSaver extends BaseCheckpointSaver implements AsyncDisposable {
  readonly #checkpointer: Checkpointer
  readonly #options: KeepupSaverOptions
  readonly #known = new Map<string, Known>()
  readonly #comparison = createComparison()

  constructor(checkpointer: Checkpointer, options: KeepupSaverOptions = {}) {
    super()
    this.#checkpointer = checkpointer
    this.#options = options
  }

  override async getTuple(config: GraphConfig): Promise<CheckpointTuple | undefined> {
    const { thread, ns, id } = placeOf(config)
    if (thread === undefined) return undefined
    const { thread: graph, reads } = this.#knownThread(thread)
    const index = await graph.read()
    const put = id === undefined ? index.newest(ns) : index.find(ns, id)
    if (put !== undefined || id === undefined) reads.note(ns, put?.id, id === undefined ? 'newest' : 'by-id')
    return put === undefined ? undefined : tupleOf(index, thread, put)
  }

  /** Newest first, over all threads where the config names none. States are only made of what is asked for. */
  override async *list(
    config: GraphConfig,
    options: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    const { thread } = placeOf(config)
    const isListed = selection(config, options)
    const found: { thread: string; index: GraphIndex; put: Put }[] = []
    for (const name of thread === undefined ? await this.#threadNames() : [thread]) {
      const index = await this.#knownThread(name).thread.read()
      for (const put of index.puts()) if (isListed(put)) found.push({ thread: name, index, put })
    }
    const newestFirst = found.toSorted((a, b) => (a.put.id < b.put.id ? 1 : a.put.id > b.put.id ? -1 : 0))
    for (const { thread: name, index, put } of newestFirst.slice(0, options.limit ?? Infinity)) {
      yield await tupleOf(index, name, put)
    }
  }

  /** Fails `value-not-storable`, `checkpoint-conflict` and `lease-held`; then nothing of the checkpoint is stored. */
  override async put(
    config: GraphConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<GraphConfig> {
    const { thread, ns, id: parent } = placeOf(config)
    if (thread === undefined) throw missing('a checkpoint', 'thread_id')
    const { thread: graph, reads } = this.#knownThread(thread)
    const place = { ns, id: checkpoint.id, parent }
    await graph.write((index) => {
      // A copy of a checkpoint stands beside it on purpose.
      if (metadata.source !== 'fork') reads.check(index, place)
      const data = putData(index, { ns, parent, checkpoint, metadata, newVersions }, this.#comparison)
      return putEntry(data, this.#clock.now())
    })
    reads.note(ns, checkpoint.id, 'put')
    return configOf(thread, ns, checkpoint.id)
  }

  /** Fails `value-not-storable` and `lease-held`; then none of the writes is stored. */
  override async putWrites(config: GraphConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    const { thread, ns, id } = placeOf(config)
    if (thread === undefined) throw missing('writes', 'thread_id')
    if (id === undefined) throw missing('writes', 'checkpoint_id')
    const data = writesData({ ns, id }, writes, taskId)
    await this.#knownThread(thread).thread.write((index) => {
      const attempt = index.attempt(ns, id)
      const isNew = data.writes.some(([at]) => attempt?.writes.has(writeKey(taskId, at)) !== true)
      const isNeeded = data.replace || attempt === undefined || attempt.isClosed || isNew
      return isNeeded && data.writes.length > 0 ? writesEntry(data, this.#clock.now()) : undefined
    })
  }

  /** Destroys a thread's data for good, as far as the checkpointer can. Fails `thread-has-forks` where keepup forked the thread. */
  override async deleteThread(threadId: string): Promise<void> {
    const known = this.#knownThread(threadId)
    await known.thread.alone(async () => {
      try {
        await this.#checkpointer.erase({ thread: known.thread.thread, forks: 'refuse' })
      } catch (error) {
        if (!KeepupError.is(error, 'thread-unknown')) throw error
      }
    })
    this.#known.delete(threadId)
  }

  override async getDeltaChannelHistory(options: {
    config: GraphConfig
    channels: string[]
  }): Promise<Record<string, DeltaChannelHistory>> {
    const { thread, ns, id } = placeOf(options.config)
    const index = thread === undefined ? undefined : await this.#knownThread(thread).thread.read()
    const put = id === undefined ? index?.newest(ns) : index?.find(ns, id)
    if (index === undefined || put === undefined) {
      return Object.fromEntries(options.channels.map((channel) => [channel, { writes: [] }]))
    }
    return channelHistory(index, put, options.channels)
  }

  /** Waits for what is being written and gives back the right to write. The checkpointer stays the caller's to close. */
  async [Symbol.asyncDispose](): Promise<void> {
    const known = [...this.#known.values()]
    this.#known.clear()
    await Promise.all(known.map(({ thread }) => thread.close()))
  }

  get #clock(): Clock {
    return this.#options.clock ?? systemClock
  }

  /** The thread, now the last one used. */
  #knownThread(name: string): Known {
    const known = this.#known.get(name) ?? this.#newThread(name)
    this.#known.delete(name)
    this.#known.set(name, known)
    return known
  }

  #newThread(name: string): Known {
    const { flush = 'process', ttl = 10_000, idle = 250, patience = 15_000, remembered = 100 } = this.#options
    const [oldest] = this.#known
    if (oldest !== undefined && this.#known.size >= remembered) {
      this.#known.delete(oldest[0])
      // It is written to its end, and its lease given back, beside everything else.
      void oldest[1].thread.close()
    }
    const parts = { checkpointer: this.#checkpointer, clock: this.#clock, flush, ttl, idle, patience }
    return { thread: new GraphThread(parts, `${prefix}${name}`), reads: new BranchReads() }
  }

  async #threadNames(): Promise<readonly string[]> {
    const names: string[] = []
    for await (const { thread } of this.#checkpointer.threads()) {
      if (thread.startsWith(prefix)) names.push(thread.slice(prefix.length))
    }
    return names
  }
}

function createComparison(): Comparison {
  const isStoredAs = createIsStoredAs()
  return { isStoredAs, keptItems: createKeptItems(isStoredAs) }
}

function placeOf(config: GraphConfig): {
  readonly thread: string | undefined
  readonly ns: string
  readonly id: string | undefined
} {
  const thread: unknown = config.configurable?.['thread_id']
  const ns: unknown = config.configurable?.['checkpoint_ns']
  const id: unknown = getCheckpointId(config)
  return {
    thread: typeof thread === 'string' ? thread : typeof thread === 'number' ? String(thread) : undefined,
    ns: typeof ns === 'string' ? ns : '',
    id: typeof id === 'string' && id !== '' ? id : undefined,
  }
}

/** What `list` is asked for: a namespace, one checkpoint, those before another, those with certain metadata. */
function selection(config: GraphConfig, options: CheckpointListOptions): (put: Put) => boolean {
  const ns: unknown = config.configurable?.['checkpoint_ns']
  const { id } = placeOf(config)
  const before = options.before === undefined ? undefined : placeOf(options.before).id
  const wanted = Object.entries(options.filter ?? {}).filter(([, value]) => value !== undefined)
  const filter = wanted.map(([key, value]) => [storedKey(key), formOf(value, ['filter', key])] as const)
  return (put) =>
    (typeof ns !== 'string' || put.ns === ns) &&
    (id === undefined || put.id === id) &&
    (before === undefined || put.id < before) &&
    filter.every(([key, value]) => isDeepStrictEqual(memberOf(put.metadata, key), value))
}

function memberOf(form: Form, key: string): Form {
  return typeof form === 'object' && form !== null && Object.hasOwn(form, key)
    ? Reflect.get(form, key)
    : undefined
}

function missing(what: string, field: string): KeepupError {
  const message = `The config for ${what} has no ${field} in configurable. Run the graph with { configurable: { ${field}: '...' } }.`
  return new KeepupError('input-invalid', message, { details: { field } })
}
