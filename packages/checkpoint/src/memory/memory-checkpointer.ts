import {
  type Checkpointer,
  type Clock,
  KeepupError,
  type Owner,
  systemClock,
  type ThreadId,
} from '@keepup/core'

import { checkThread } from '../check-header.ts'
import { isOwnerDead } from '../owner.ts'
import { createSalts } from '../salt.ts'
import type { ThreadReceiver } from '../transfer/thread-receiver.ts'
import type { MemoryArtifacts } from './memory-artifacts.ts'
import { commitToMemory } from './memory-commit.ts'
import { eraseFromMemory } from './memory-erase.ts'
import { forkInMemory } from './memory-fork.ts'
import { memoryLeases } from './memory-leases.ts'
import { pruneInMemory } from './memory-prune.ts'
import { readCommits, readLog, readThreads, readView, watchThread } from './memory-read.ts'
import { receiveInMemory } from './memory-receive.ts'
import { memorySignals, storeSignal } from './memory-signals.ts'
import { keepSnapshot } from './memory-snapshots.ts'
import type { MemoryState } from './memory-state.ts'
import { createWatchers } from './watchers.ts'

/** The parts of {@link memoryCheckpointer}. */
export interface MemoryCheckpointerOptions {
  /** The clock by which leases expire. */
  readonly clock?: Clock
  /** 16 random bytes in lower-case hexadecimal at each call. */
  readonly newSalt?: () => string
  /** How many signals a bounded channel of a thread holds; 10,000 when left out. */
  readonly capacity?: number
  /** Where the artifacts that entries name are stored. Without it an entry that names one is refused. */
  readonly artifacts?: MemoryArtifacts
  /** Whether an owner is provably dead. */
  readonly isOwnerDead?: (owner: Owner) => boolean
}

/**
 * A checkpointer that lives and dies with this process. It keeps the whole contract but durability: `flush: 'power'` is answered like
 * `'process'`, and both mean no more than that the commit is visible. There is no database, so `within` fails `not-supported`.
 */
export function memoryCheckpointer(options: MemoryCheckpointerOptions = {}): Checkpointer & ThreadReceiver {
  const clock = options.clock ?? systemClock
  let changes = 0
  const state: MemoryState = {
    threads: new Map(),
    leases: memoryLeases(clock, options.isOwnerDead ?? isOwnerDead),
    signals: memorySignals(options.capacity ?? 10_000),
    artifacts: options.artifacts,
    watchers: createWatchers(),
    clock,
    newSalt: options.newSalt ?? createSalts(),
    nextChange: () => (changes += 1),
  }
  return checkpointerOver(state)
}

function checkpointerOver(state: MemoryState): Checkpointer & ThreadReceiver {
  /** Runs at once, in one step that nothing interrupts; what it throws becomes a rejection. */
  async function step<T>(body: () => T): Promise<T> {
    if (state.watchers.closed) throw closed()
    return body()
  }
  return {
    commit: (batch) => step(() => commitToMemory(state, batch)),
    signal: (signals) =>
      step(() => {
        const stored = signals.map(storeSignal)
        const receipts = stored.map((signal) => state.signals.send(signal))
        for (const thread of new Set(signals.map(({ thread: to }) => to))) state.watchers.notify(thread)
        return receipts
      }),
    pending: (thread) => step(() => state.signals.pending(thread)),
    read: (thread, options = {}) => step(() => readView(state, checked(thread), options)),
    log: (thread, after = 0) => readLog(state, thread, after),
    history: (thread, page = {}) => readCommits(state, thread, page),
    threads: (query = {}) => readThreads(state, query),
    watch: (thread, options) => watchThread(state, thread, options),
    fork: (from, to) => step(() => forkInMemory(state, from, to)),
    lease: (thread, owner, ttl) => step(() => state.leases.take(checked(thread), owner, ttl)),
    within: () => {
      throw new KeepupError(
        'not-supported',
        'The in-memory checkpointer has no database to join a transaction of.',
      )
    },
    snapshot: (thread, stored, lease) =>
      step(() => {
        if (lease !== undefined) state.leases.check(thread, lease)
        const record = state.threads.get(thread)
        if (record !== undefined) keepSnapshot(state.threads, record, stored)
      }),
    erase: (erasure) => step(() => eraseFromMemory(state, erasure)),
    prune: (pruning) => step(() => pruneInMemory(state, pruning)),
    receive: (part) => step(() => receiveInMemory(state, part)),
    [Symbol.asyncDispose]: () => {
      state.watchers.close()
      return Promise.resolve()
    },
  }
}

function checked(thread: ThreadId): ThreadId {
  checkThread(thread)
  return thread
}

function closed(): KeepupError {
  return new KeepupError('database-unavailable', 'This in-memory checkpointer was closed. Make a new one.')
}
