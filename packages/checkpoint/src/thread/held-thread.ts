import {
  type Append,
  type Checkpoint,
  type Checkpointer,
  type Commit,
  type Entry,
  type Fold,
  KeepupError,
  type Lease,
  type LeaseToken,
  type Milliseconds,
  type NewEntry,
  type Owner,
  type PendingSignal,
  type Sequence,
  type ThreadId,
} from '@keepup/core'

import { foldEntries } from '../fold-entries.ts'
import { readState, type ReadState } from '../read-state.ts'
import type { KeptLease } from './keep-lease.ts'
import type { AppendOptions, OpenThread } from './open-thread-contract.ts'
import type { SnapshotWriter } from './snapshot-writer.ts'

/** What a held thread works with. */
export interface HeldParts<State> {
  readonly checkpointer: Checkpointer
  readonly fold: Fold<State>
  readonly lease: Lease
  readonly ttl: Milliseconds
  readonly kept: KeptLease
  readonly snapshots: SnapshotWriter<State>
  readonly writers: 'one' | 'many' | undefined
}

/** A thread whose lease is held: see `OpenThread`. */
export class HeldThread<State> implements OpenThread<State> {
  readonly thread: ThreadId
  readonly token: LeaseToken
  readonly owner: Owner
  readonly lost: AbortSignal
  readonly #parts: HeldParts<State>
  #state: State
  #head: Sequence
  #inherited: Sequence
  /** Of the view that the state began with. */
  #erasures: number
  /** Resolves once the last append of the queue has ended; nothing where none is under way. */
  #queue: Promise<unknown> | undefined
  /** The database may hold more than was folded. */
  #isStale = false
  #isClosed = false

  constructor(parts: HeldParts<State>, start: ReadState<State>) {
    this.#parts = parts
    this.thread = parts.lease.thread
    this.token = parts.lease.token
    this.owner = parts.lease.owner
    this.lost = parts.kept.lost
    this.#state = start.state
    this.#head = start.view.head
    this.#inherited = start.view.inherited
    this.#erasures = start.view.erasures ?? 0
  }

  get state(): State {
    return this.#state
  }

  get head(): Sequence {
    return this.#head
  }

  get inherited(): Sequence {
    return this.#inherited
  }

  append(entries: readonly NewEntry[], options: AppendOptions<State> = {}): Promise<readonly Entry[]> {
    if (this.#isClosed) return Promise.reject(this.#closed())
    const appended = this.#append(entries, options, this.#state, this.#queue)
    const free = (): void => {
      if (this.#queue === ended) this.#queue = undefined
    }
    // Whoever made an append learns of its failure, not whoever comes after it.
    const ended = appended.then(free, free)
    this.#queue = ended
    return appended
  }

  pending(): Promise<readonly PendingSignal[]> {
    return this.#parts.checkpointer.pending(this.thread)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#queue
    await this.#parts.kept.stop()
    await this.#parts.snapshots.settled()
    // Where the database cannot be reached any more, the lease ends by itself.
    await this.#parts.lease.release().catch(() => undefined)
  }

  async #append(
    entries: readonly NewEntry[],
    options: AppendOptions<State>,
    seen: State,
    before: Promise<unknown> | undefined,
  ): Promise<readonly Entry[]> {
    if (before !== undefined) await before
    this.lost.throwIfAborted()
    if (this.#isStale) await this.#refresh()
    const own = this.#ownAppend(entries, options)
    const stored = await this.#commit({
      appends: options.also === undefined ? [own] : [own, ...options.also],
      ...(options.signals === undefined ? undefined : { signals: options.signals }),
      flush: options.flush ?? 'process',
    })
    // A state that was foreseen from another one than this is not what the fold gives.
    this.#follow(stored, Object.is(seen, this.#state) ? options.state : undefined)
    if (this.#isStale) await this.#refresh()
    this.#parts.snapshots.count(stored.entries)
    this.#offerSnapshot()
    return stored.entries
  }

  #offerSnapshot(): void {
    this.#parts.snapshots.offer({
      state: this.#state,
      at: this.#head,
      erasures: this.#erasures,
      // The state holds what was erased: it is forgotten with the next append.
      refused: () => {
        this.#isStale = true
      },
    })
  }

  #ownAppend(entries: readonly NewEntry[], options: AppendOptions<State>): Append {
    const { writers } = this.#parts
    return {
      thread: this.thread,
      after: this.#head,
      lease: this.token,
      entries,
      ...(options.takes === undefined ? {} : { takes: options.takes }),
      ...(writers === undefined || this.#head > 0 ? {} : { writers }),
    }
  }

  /** Folds what was committed. Where it changed what the history is, the state is stale until it was read again. */
  #follow(checkpoint: Checkpoint, foreseen: State | undefined): void {
    // A snapshot may have been refused meanwhile.
    const wasStale = this.#isStale
    this.#isStale = true
    this.#head = checkpoint.sequence
    if (checkpoint.entries.some(({ type }) => type === 'thread-rewound')) return
    this.#state = foreseen ?? foldEntries(this.#parts.fold, this.#state, checkpoint.entries)
    this.#isStale = wasStale
  }

  async #refresh(): Promise<void> {
    const { checkpointer, fold } = this.#parts
    const { state, view } = await readState(checkpointer, this.thread, fold)
    this.#state = state
    this.#head = view.head
    this.#inherited = view.inherited
    this.#erasures = view.erasures ?? 0
    this.#isStale = false
  }

  /** The own checkpoint of a commit. An expired lease that nobody took is renewed, once. */
  async #commit(batch: Commit, isRetry: boolean = false): Promise<Checkpoint> {
    try {
      return this.#own(await this.#parts.checkpointer.commit(batch))
    } catch (error) {
      this.#isStale ||= leavesDoubt(error)
      if (isRetry || !this.#isLeaseLost(error)) throw error
    }
    await this.#renewOrLose()
    return this.#commit(batch, true)
  }

  #own([own]: readonly Checkpoint[]): Checkpoint {
    if (own !== undefined) return own
    throw new KeepupError('internal', `A commit to thread ${this.thread} gave no checkpoint.`)
  }

  #isLeaseLost(error: unknown): boolean {
    return KeepupError.is(error, 'lease-lost') && (error.details['thread'] ?? this.thread) === this.thread
  }

  async #renewOrLose(): Promise<void> {
    try {
      await this.#parts.lease.renew(this.#parts.ttl)
    } catch (error) {
      this.#parts.kept.lose(error)
      throw error
    }
  }

  #closed(): KeepupError {
    const message = `Thread ${this.thread} was closed here, and its lease given back. Open it again to append.`
    return new KeepupError('lease-lost', message, { details: { thread: this.thread } })
  }
}

/** Whether the database may hold more than is known here after a failed commit. */
function leavesDoubt(error: unknown): boolean {
  if (!KeepupError.is(error)) return true
  return ['checkpoint-conflict', 'database-unavailable', 'internal'].includes(error.code)
}
