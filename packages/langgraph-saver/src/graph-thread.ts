import { currentOwner } from '@keepup/checkpoint'
import {
  type Checkpointer,
  type Clock,
  type Entry,
  type Flush,
  KeepupError,
  type Lease,
  type Milliseconds,
  type NewEntry,
  type Owner,
  startAlarm,
  type ThreadId,
} from '@keepup/core'

import { GraphIndex } from './graph-index.ts'

/** What a {@link GraphThread} works with. */
export interface GraphThreadParts {
  readonly checkpointer: Checkpointer
  readonly clock: Clock
  readonly flush: Flush
  /** How long a lease lasts that nobody renews. */
  readonly ttl: Milliseconds
  /** How long the lease is kept after the last write. */
  readonly idle: Milliseconds
  /** How long to wait for a lease that another process holds. */
  readonly patience: Milliseconds
}

/** What to write, given everything that is written: nothing, where it is there already. */
export type MakeEntry = (index: GraphIndex) => NewEntry | undefined

interface Job {
  readonly make: MakeEntry
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

const pause: Milliseconds = 20

/**
 * A thread of a graph. Writes that are asked for at once go into one commit, in the order they were asked for. The lease is taken for them and given back once
 * nothing was written for a moment, so that processes may take turns.
 */
export class GraphThread {
  readonly thread: ThreadId
  readonly #parts: GraphThreadParts
  readonly #owner: Owner = currentOwner(crypto.randomUUID())
  #index = new GraphIndex()
  #last: Pick<Entry, 'sequence' | 'hash'> | undefined
  #lease: Lease | undefined
  #jobs: Job[] = []
  #work: Promise<void> = Promise.resolve()
  #isWorking = false
  #stopAlarm: (() => void) | undefined

  constructor(parts: GraphThreadParts, thread: ThreadId) {
    this.#parts = parts
    this.thread = thread
  }

  /** Resolves once it is as durable as was asked for. Fails `lease-held`, `value-not-storable`, and with what `make` throws. */
  write(make: MakeEntry): Promise<void> {
    return new Promise((done, failed) => {
      this.#jobs.push({ make, done, failed })
      if (this.#isWorking) return
      this.#isWorking = true
      this.#work = this.#work.then(() => this.#drain())
    })
  }

  /** Everything that is written, also by other processes, and what was asked to be written before. */
  async read(): Promise<GraphIndex> {
    const reading = this.#work.then(async () => {
      if (this.#lease === undefined) await this.#follow()
      return this.#index
    })
    this.#work = reading.then(nothing, nothing)
    return reading
  }

  /** Runs a body while nothing is written and the lease is given back; then knows nothing any more. */
  async alone<T>(body: () => Promise<T>): Promise<T> {
    const running = this.#work.then(async () => {
      await this.#release()
      return body()
    })
    this.#work = running.then(nothing, nothing).then(() => this.#forget())
    return running
  }

  /** Gives the lease back once everything that was asked for is written. */
  async close(): Promise<void> {
    await this.#work
    await this.#release()
  }

  async #drain(): Promise<void> {
    this.#stopAlarm?.()
    while (this.#jobs.length > 0) {
      const jobs = this.#jobs
      this.#jobs = []
      try {
        await this.#commit(jobs)
      } catch (error) {
        // What is stored is not known any more: the next one looks.
        this.#forget()
        await this.#release()
        for (const { failed } of jobs) failed(error)
      }
    }
    this.#isWorking = false
    this.#stopAlarm = startAlarm(this.#parts.clock, this.#parts.idle, () => {
      if (this.#isWorking) return
      this.#work = this.#work.then(() => (this.#isWorking ? undefined : this.#release()))
    })
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    const lease = await this.#hold()
    const entries: NewEntry[] = []
    const accepted: Job[] = []
    const after = this.#last?.sequence ?? 0
    for (const job of jobs) {
      try {
        const entry = job.make(this.#index)
        if (entry !== undefined) {
          // Seen by those after it in the same commit; should that fail, everything is read again.
          this.#index.apply(foreseen(entry, this.thread, after + entries.length + 1))
          entries.push(entry)
        }
        accepted.push(job)
      } catch (error) {
        job.failed(error)
      }
    }
    const append = { thread: this.thread, after, lease: lease.token, entries }
    try {
      if (entries.length > 0) {
        const [stored] = await this.#parts.checkpointer.commit({
          appends: [append],
          flush: this.#parts.flush,
        })
        this.#last = stored?.entries.at(-1)
      }
    } catch (error) {
      this.#forget()
      await this.#release()
      for (const { failed } of accepted) failed(error)
      return
    }
    for (const { done } of accepted) done()
  }

  /** The lease, fresh enough to commit with; what others wrote before it was taken is known then. */
  async #hold(): Promise<Lease> {
    const { clock, ttl } = this.#parts
    const held = this.#lease
    if (held !== undefined && held.expires - clock.now() > ttl / 2) return held
    if (held !== undefined) {
      try {
        await held.renew(ttl)
        return held
      } catch (error) {
        if (!KeepupError.is(error, 'lease-lost')) throw error
        this.#lease = undefined
      }
    }
    this.#lease = await this.#take()
    await this.#follow()
    return this.#lease
  }

  async #take(): Promise<Lease> {
    const { checkpointer, clock, ttl, patience } = this.#parts
    for (let waited = 0; ; waited += pause) {
      try {
        return await checkpointer.lease(this.thread, this.#owner, ttl)
      } catch (error) {
        if (!KeepupError.is(error, 'lease-held') || waited >= patience) throw error
      }
      await clock.sleep(pause)
    }
  }

  async #release(): Promise<void> {
    this.#stopAlarm?.()
    const lease = this.#lease
    this.#lease = undefined
    // Where the database cannot be reached any more, the lease ends by itself.
    await lease?.release().catch(nothing)
  }

  #forget(): void {
    this.#index = new GraphIndex()
    this.#last = undefined
  }

  /** Takes up what was written since: only the new entries, as long as the thread is the one that was known. */
  async #follow(): Promise<void> {
    const last = this.#last
    if (last === undefined) return this.#load()
    const fresh: Entry[] = []
    let isSame = false
    for await (const entry of this.#parts.checkpointer.log(this.thread, last.sequence - 1)) {
      if (entry.sequence === last.sequence) isSame = entry.hash === last.hash
      else fresh.push(entry)
      if (!isSame || entry.type === 'thread-rewound' || entry.type === 'thread-pruned') return this.#load()
    }
    // Also where the thread was deleted, or made anew, or is a fork without an entry of its own.
    if (!isSame) return this.#load()
    for (const entry of fresh) this.#index.apply(entry)
    this.#last = fresh.at(-1) ?? last
  }

  async #load(): Promise<void> {
    const view = await this.#parts.checkpointer.read(this.thread)
    this.#forget()
    for (const entry of view.entries) this.#index.apply(entry)
    this.#last = view.head === 0 ? undefined : { sequence: view.head, hash: view.hash }
  }
}

/** An entry as the index takes it up before it is stored: it looks at neither salt nor hash. */
function foreseen(entry: NewEntry, thread: ThreadId, sequence: number): Entry {
  return { ...entry, thread, sequence, salt: '', hash: '' }
}

function nothing(): undefined {
  return undefined
}
