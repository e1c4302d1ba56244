import { createHash, randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'

import type {
  Append,
  Checkpoint,
  Checkpointer,
  Commit,
  Entry,
  Erasure,
  NewSignal,
  Origin,
  Pruning,
  Receipt,
} from '@keepup/core'
import type { CheckpointSummary, Clock, Owner, StoredSnapshot, ThreadSummary, ThreadView } from '@keepup/core'
import { KeepupError, systemClock } from '@keepup/core'

import { exactCopy } from './exact-copy.ts'
import type { FakeArtifacts } from './fake-artifacts.ts'
import { dueAfter } from './fake-due.ts'
import { checkErasures, eraseEntries, pruneEntries } from './fake-erasure.ts'
import { FakeLeases } from './fake-leases.ts'
import { FakeSignals, signalData } from './fake-signals.ts'
import {
  copyEntry,
  copyThread,
  effective,
  namedArtifacts,
  type FakeThread,
  required,
  seal,
  summarise,
} from './fake-thread.ts'
import { watchFake } from './fake-watch.ts'
import type { Mutant } from './mutant.ts'
import { checkName, hasForks } from './refusals.ts'

/** How the fake differs from the plain one. */
export interface FakeOptions {
  readonly clock?: Clock
  readonly newSalt?: () => string
  readonly capacity?: number
  readonly isOwnerDead?: (owner: Owner) => boolean
  readonly mutant?: Mutant | undefined
  readonly artifacts?: FakeArtifacts
}

/** A checkpointer as small as the contract allows, written apart from the real ones, with a switch for each way to get it wrong. */
export class FakeCheckpointer implements Checkpointer {
  #threads = new Map<string, FakeThread>()
  readonly #signals: FakeSignals
  readonly #leases: FakeLeases
  readonly #clock: Clock
  readonly #newSalt: () => string
  readonly #artifacts: FakeArtifacts | undefined
  readonly #mutant: Mutant | undefined
  readonly #changes = new EventEmitter({ captureRejections: false }).setMaxListeners(0)
  readonly #closed = new AbortController()
  #order = 0

  constructor(options: FakeOptions = {}) {
    const { clock = systemClock, capacity = 1000, isOwnerDead = () => false, mutant } = options
    this.#clock = clock
    this.#mutant = mutant
    this.#artifacts = options.artifacts
    if (options.artifacts) options.artifacts.named = () => namedArtifacts(this.#threads.values())
    this.#newSalt = options.newSalt ?? (() => randomBytes(16).toString('hex'))
    this.#signals = new FakeSignals(capacity, mutant)
    this.#leases = new FakeLeases(clock, isOwnerDead, mutant)
  }

  async commit({ appends, signals = [] }: Commit): Promise<readonly Checkpoint[]> {
    const draft = new Map([...this.#threads].map(([id, thread]) => [id, copyThread(thread)]))
    const before = this.#signals.waiting
    const carried = signals.map((signal) => ({ signal, data: signalData(signal) }))
    if (this.#mutant === 'keeps signals of a failed commit')
      for (const { signal, data } of carried) this.#signals.send(signal, data)
    if (this.#mutant === 'commits appends one by one') this.#threads = draft
    try {
      const made = appends.map((append) => this.#append(draft, append))
      const full = carried.filter(({ signal }) => this.#signals.judge(signal) === 'full')
      if (full.length > 0) throw new KeepupError('database-busy', 'A channel is full. Try again later.')
      for (const { signal, data } of carried) this.#signals.send(signal, data)
      this.#threads = draft
      this.#changes.emit('change')
      return made
    } catch (error) {
      if (this.#mutant !== 'keeps signals of a failed commit') this.#signals.waiting = before
      throw error
    }
  }

  #append(threads: Map<string, FakeThread>, append: Append): Checkpoint {
    const { thread: id, after, entries, takes = [] } = append
    checkName(id)
    const thread = threads.get(id) ?? this.#create(id, append.writers ?? 'one')
    if (after !== 'head' || thread.writers !== 'many' || append.lease !== undefined)
      this.#leases.check(id, append.lease)
    if (after !== 'head' && after !== thread.head && this.#mutant !== 'overwrites a taken sequence') {
      throw new KeepupError('checkpoint-conflict', `Thread ${id} is at ${thread.head}, not at ${after}.`)
    }
    this.#signals.waiting = this.#signals.without(id, takes)
    const stored = entries.flatMap((entry) => this.#store(threads, thread, entry))
    threads.set(id, thread)
    const last = stored.at(-1)
    if (last !== undefined) {
      thread.commits.push({ sequence: last.sequence, time: last.time, types: stored.map(({ type }) => type) })
      thread.due = dueAfter(thread.due, stored, this.#mutant)
      thread.updated = this.#order += 1
    }
    return {
      thread: id,
      sequence: thread.head,
      hash: this.#hash(threads, thread, thread.head),
      entries: stored.map(copyEntry),
    }
  }

  #store(threads: Map<string, FakeThread>, thread: FakeThread, entry: Append['entries'][number]): Entry[] {
    this.#artifacts?.require(entry.artifacts)
    const known = [...thread.entries.values()].some(({ id }) => entry.id !== undefined && id === entry.id)
    if (known && this.#mutant !== 'ignores ids of many writers') return []
    const stored = seal(
      thread,
      entry,
      this.#hash(threads, thread, thread.head),
      this.#newSalt(),
      this.#mutant,
    )
    thread.entries.set(stored.sequence, stored)
    thread.head = stored.sequence
    return [stored]
  }

  #create(id: string, writers: 'one' | 'many', origin?: Origin): FakeThread {
    const [created, head] = [this.#clock.now(), origin?.at ?? 0]
    const empty = { entries: new Map(), commits: [], base: 0, snapshots: [], erasures: 0 }
    return { id, writers, origin, created, updated: (this.#order += 1), head, ...empty }
  }

  #hash(threads: ReadonlyMap<string, FakeThread>, thread: FakeThread, at: number): string {
    for (
      let owner: FakeThread | undefined = thread;
      owner;
      owner = owner.origin && threads.get(owner.origin.thread)
    ) {
      const entry = owner.entries.get(at)
      if (entry !== undefined) return entry.hash
    }
    return createHash('sha256').update(thread.id).digest('hex')
  }

  async signal(signals: readonly NewSignal[]) {
    const carried = signals.map((signal) => ({ signal, data: signalData(signal) }))
    const lost = ({ thread }: NewSignal): boolean =>
      this.#mutant === 'loses signals to threads that do not exist' && !this.#threads.has(thread)
    const receipts = carried.map(({ signal, data }) =>
      lost(signal) ? 'accepted' : this.#signals.send(signal, data),
    )
    this.#changes.emit('change')
    return receipts
  }

  async pending(thread: string) {
    return this.#signals.waiting.filter((signal) => signal.thread === thread)
  }

  async read(id: string, { at, fold }: Parameters<Checkpointer['read']>[1] = {}): Promise<ThreadView> {
    const thread = this.#threads.get(id) ?? this.#create(id, 'one')
    const position = this.#position(thread, at ?? thread.head)
    const { entries, inherited } = effective(this.#threads, thread, position, this.#mutant)
    const view = {
      thread: id,
      head: thread.head,
      at: position,
      hash: this.#hash(this.#threads, thread, position),
      inherited,
      ...(thread.erasures > 0 && { erasures: thread.erasures }),
    }
    const found = { ...view, ...(thread.origin === undefined ? {} : { origin: thread.origin }) }
    const snapshot = fold && this.#snapshot(thread, fold.id, entries)
    if (snapshot === undefined) return { ...found, entries: entries.map(copyEntry) }
    const from = entries.findLastIndex(({ sequence }) => sequence <= snapshot.at) + 1
    return { ...found, snapshot, entries: entries.slice(from).map(copyEntry) }
  }

  #position(thread: FakeThread, at: number): number {
    if (this.#mutant === 'reads past the end') return Math.max(0, Math.min(Math.floor(at) || 0, thread.head))
    if (Number.isSafeInteger(at) && at >= 0 && at <= thread.head) return at
    throw new KeepupError('checkpoint-unknown', `Thread ${thread.id} has no position ${at}.`)
  }

  #snapshot(thread: FakeThread, fold: string, entries: readonly Entry[]): StoredSnapshot | undefined {
    const anywhere = this.#mutant === 'uses a snapshot across rewinds'
    const last = entries.at(-1)?.sequence ?? 0
    const shared = [...this.#threads.values()].flatMap(({ snapshots }) => snapshots)
    const all = this.#mutant === 'uses a snapshot across forks' ? shared : thread.snapshots
    return all
      .filter((one) => one.fold.id === fold || this.#mutant === 'gives a snapshot to any fold')
      .filter(({ at }) => (anywhere ? at <= last : entries.some(({ sequence }) => sequence === at)))
      .toSorted((a, b) => b.at - a.at)[0]
  }

  async *log(id: string, after = 0) {
    const thread = this.#threads.get(id)
    for (const entry of thread?.entries.values() ?? []) if (entry.sequence > after) yield copyEntry(entry)
  }

  async *history(
    id: string,
    page: Parameters<Checkpointer['history']>[1] = {},
  ): AsyncGenerator<CheckpointSummary> {
    const { limit = Infinity, before = Infinity } = page
    const commits = (this.#threads.get(id)?.commits ?? []).filter(({ sequence }) => sequence < before)
    const ordered = this.#mutant === 'lists history oldest first' ? commits : commits.toReversed()
    yield* ordered.slice(0, limit).map((commit) => ({ thread: id, ...commit }))
  }

  async *threads({
    limit = Infinity,
    due,
  }: Parameters<Checkpointer['threads']>[0] = {}): AsyncGenerator<ThreadSummary> {
    const isDue = (thread: FakeThread): boolean =>
      due === undefined || this.#mutant === 'ignores due' || (thread.due !== undefined && thread.due <= due)
    const found = [...this.#threads.values()].filter(isDue).toSorted((a, b) => b.updated - a.updated)
    for (const thread of found.slice(0, limit)) {
      const pending = await this.pending(thread.id)
      yield summarise(thread, pending.length, this.#leases.owner(thread.id))
    }
  }

  watch(id: string, { after, signal }: Parameters<Checkpointer['watch']>[1]) {
    const source = {
      after: after ?? this.#threads.get(id)?.head ?? 0,
      entries: () => [...(this.#threads.get(id)?.entries.values() ?? [])].map(copyEntry),
      signals: () => this.#signals.waiting.filter(({ thread }) => thread === id),
      changes: this.#changes,
      ended: AbortSignal.any([signal, this.#closed.signal]),
    }
    return watchFake(source, this.#mutant)
  }

  async fork(from: Origin, to: string) {
    const origin = this.#threads.get(from.thread)
    if (origin === undefined) throw new KeepupError('thread-unknown', `There is no thread ${from.thread}.`)
    if (this.#threads.has(to)) throw new KeepupError('thread-exists', `There is a thread ${to} already.`)
    effective(this.#threads, origin, this.#position(origin, from.at))
    const fork = this.#create(to, origin.writers, from)
    if (this.#mutant === 'copies entries into a fork') fork.entries = new Map(origin.entries)
    this.#threads.set(to, fork)
    if (this.#mutant !== 'inherits pending signals') return
    for (const one of await this.pending(from.thread))
      this.#signals.send({ ...one, thread: to, id: `${one.id} again` }, one.data)
  }

  async lease(thread: string, owner: Owner, ttl: number) {
    checkName(thread)
    return this.#leases.take(thread, owner, ttl)
  }

  within(): Checkpointer {
    throw new KeepupError('not-supported', 'The fake has no database.')
  }

  async snapshot(id: string, stored: StoredSnapshot, lease?: number) {
    if (lease !== undefined && this.#mutant !== 'keeps snapshots of who lost the lease')
      this.#leases.check(id, lease)
    const thread = this.#threads.get(id)
    if (thread === undefined || stored.at > thread.head) return
    if (this.#mutant !== 'stores states from before an erasure') checkErasures(thread, stored.erasures)
    const same = thread.snapshots.filter(({ fold }) => fold.id === stored.fold.id)
    const newest = [...same, { ...stored, bytes: Uint8Array.from(stored.bytes) }].toSorted(
      (a, b) => b.at - a.at,
    )
    const kept = this.#mutant === 'keeps every snapshot' ? newest : newest.slice(0, 3)
    thread.snapshots = [...thread.snapshots.filter((one) => !same.includes(one)), ...kept]
  }

  async erase({ thread: id, entries, forks }: Erasure): Promise<Receipt> {
    const doomed = [id, ...this.#forksOf(id)]
    if (doomed.length > 1 && forks === 'refuse' && this.#mutant !== 'erases what forks need')
      throw hasForks(id)
    const thread = required(this.#threads.get(id))
    const receipt = {
      threads: [id],
      entries: 0,
      signals: 0,
      snapshots: 0,
      hash: this.#hash(this.#threads, thread, thread.head),
    }
    const erased = entries && eraseEntries(this.#threads, thread, entries, this.#mutant)
    if (erased !== undefined) return { ...receipt, entries: erased }
    const gone = doomed.flatMap((one) => this.#threads.get(one) ?? [])
    const waiting = this.#signals.waiting.length
    this.#signals.waiting = this.#signals.waiting.filter((signal) => !doomed.includes(signal.thread))
    for (const { id: one } of gone) this.#threads.delete(one)
    await this.#artifacts?.collect(0)
    return {
      ...receipt,
      threads: doomed,
      entries: gone.reduce((sum, one) => sum + one.entries.size, 0),
      signals: waiting - this.#signals.waiting.length,
      snapshots: gone.reduce((sum, one) => sum + one.snapshots.length, 0),
    }
  }

  #forksOf(id: string): string[] {
    const forks = [...this.#threads.values()].filter(({ origin }) => origin?.thread === id)
    return forks.flatMap((fork) => [fork.id, ...this.#forksOf(fork.id)])
  }

  async prune({ thread: id, lease, through, fold, state, time, erasures }: Pruning): Promise<Receipt> {
    if (this.#mutant !== 'prunes without a lease') this.#leases.check(id, lease)
    const thread = required(this.#threads.get(id))
    if (this.#mutant !== 'prunes to states from before an erasure') checkErasures(thread, erasures)
    if (through < 1 || through > thread.head)
      throw new KeepupError('checkpoint-unknown', `There is no position ${through}.`)
    if ([...this.#threads.values()].some(({ origin }) => origin?.thread === id && origin.at < through))
      throw hasForks(id)
    const hash = this.#hash(this.#threads, thread, thread.head)
    const entries = pruneEntries(thread, through, { fold, state: exactCopy(state) }, time)
    return { threads: [id], entries, signals: 0, snapshots: 0, hash }
  }

  async [Symbol.asyncDispose]() {
    this.#closed.abort()
  }
}
