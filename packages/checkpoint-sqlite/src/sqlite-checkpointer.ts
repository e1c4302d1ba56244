import type { ThreadReceiver } from '@keepup/checkpoint'
import { checkErasures, checkpointerClosed } from '@keepup/checkpoint/backend'
import type {
  Checkpointer,
  Clock,
  LeaseToken,
  Milliseconds,
  Owner,
  StoredSnapshot,
  ThreadId,
} from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import { type ChangeFeed, createChangeFeed } from './change-feed.ts'
import { checkLease, type CommitBatch, createCommitBatch, sendSignal } from './commit-batch.ts'
import { createEraseThread, type EraseThread } from './erase-thread.ts'
import { forkThread } from './fork-thread.ts'
import { leaseThread } from './lease-thread.ts'
import { createListings, type Listings } from './listings.ts'
import { migrations, owner as tablesOwner } from './migrations.ts'
import { createParts, type Parts } from './parts.ts'
import { createPruneThread, type PruneThread } from './prune-thread.ts'
import { readView } from './read-view.ts'
import { receivePart } from './receive-part.ts'
import { databaseSession, type Session, transactionSession } from './session.ts'
import { createSignalTail, type SignalTail } from './signal-tail.ts'
import { watchThread } from './watch-thread.ts'

/** The parts of {@link sqliteCheckpointer}. */
export interface SqliteCheckpointerOptions {
  /** The clock by which leases expire; that of this machine, which is SQLite's own, when left out. */
  readonly clock?: Clock
  /** 16 random bytes in lower-case hexadecimal at each call. */
  readonly newSalt?: () => string
  /** How many signals a bounded channel of a thread holds; 10,000 when left out. */
  readonly capacity?: number
  /** Whether an owner is provably dead. */
  readonly isOwnerDead?: (owner: Owner) => boolean
  /** How often `watch` looks for what other processes wrote; 25 when left out. */
  readonly poll?: Milliseconds
}

/**
 * A checkpointer over a SQLite database, which stays the caller's to close. It makes and migrates its tables at once: fails `database-too-new` and
 * `database-read-only`. Any number of processes may work on one file.
 */
export function sqliteCheckpointer(
  database: SqliteDatabase,
  options: SqliteCheckpointerOptions = {},
): Checkpointer & ThreadReceiver {
  database.migrate(tablesOwner, migrations)
  const parts = createParts(database, options)
  const changes = createChangeFeed(database, options.poll ?? 25)
  const work: Work = {
    parts,
    changes,
    tail: createSignalTail(parts.signals),
    commitBatch: createCommitBatch(parts),
    eraseThread: createEraseThread(parts),
    pruneThread: createPruneThread(parts),
    listings: createListings(parts),
  }
  return checkpointerOver(work, closable(databaseSession(database), changes))
}

/** Everything prepared once for a database. */
interface Work {
  readonly parts: Parts
  readonly changes: ChangeFeed
  readonly tail: SignalTail
  readonly commitBatch: CommitBatch
  readonly eraseThread: EraseThread
  readonly pruneThread: PruneThread
  readonly listings: Listings
}

function checkpointerOver(work: Work, session: Session): Checkpointer & ThreadReceiver {
  const { parts, changes, listings } = work
  return {
    commit: (batch) => session.write(batch.flush, () => work.commitBatch(batch)),
    signal: (signals, flush) =>
      session.write(flush, () => {
        parts.cache.refresh()
        return signals.map((signal) => sendSignal(parts, signal))
      }),
    pending: (thread) => session.read(() => parts.signals.waiting(thread)),
    read: (thread, options = {}) => readView(parts, session, thread, options),
    log: (thread, after = 0) => listings.log(session, thread, after),
    history: (thread, page = {}) => listings.history(session, thread, page),
    threads: (query = {}) => listings.threads(session, query),
    watch: (thread, options) => watchThread(parts, session, work, thread, options),
    fork: (from, to) => session.write('process', () => forkThread(parts, from, to)),
    lease: (thread, owner, ttl) => leaseThread(parts, session, thread, owner, ttl),
    within: (transaction) =>
      checkpointerOver(work, closable(transactionSession(parts.database, transaction), changes)),
    snapshot: (thread, stored, lease) =>
      session.write('process', () => keepSnapshot(parts, thread, stored, lease)),
    erase: (erasure) => session.destroy(() => work.eraseThread(erasure)),
    prune: (pruning) => session.write('power', () => work.pruneThread(pruning)),
    receive: (part) => session.write(part.flush, () => receivePart(parts, part)),
    [Symbol.asyncDispose]: async () => changes.close(),
  }
}

/** Keeps a snapshot with the thread whose own entry its position is; ignores a position that does not exist. */
function keepSnapshot(
  parts: Parts,
  name: ThreadId,
  stored: StoredSnapshot,
  lease: LeaseToken | undefined,
): void {
  const thread = parts.threads.find(name)
  if (lease !== undefined) checkLease(parts, thread, { thread: name, lease })
  if (thread?.created === undefined || stored.at > thread.head || !Number.isSafeInteger(stored.at)) return
  const { owner } = parts.threads.ownerAt(thread, stored.at)
  if (owner === undefined) return
  checkErasures(name, stored.erasures, thread.erasures)
  parts.snapshots.keep(owner.id, stored)
}

/** The session until the checkpointer is closed. */
function closable(session: Session, changes: ChangeFeed): Session {
  return {
    write: (flush, body) => (changes.closed ? refuseClosed() : session.write(flush, body)),
    read: (body) => (changes.closed ? refuseClosed() : session.read(body)),
    destroy: (body) => (changes.closed ? refuseClosed() : session.destroy(body)),
  }
}

function refuseClosed(): Promise<never> {
  return Promise.reject(checkpointerClosed())
}
