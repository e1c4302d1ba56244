import type { ThreadReceiver } from '@keepup/checkpoint'
import { checkpointerClosed } from '@keepup/checkpoint/backend'
import type { Checkpointer, Clock, Milliseconds, Owner } from '@keepup/core'
import type { PostgresDatabase } from '@keepup/database-postgres'

import { commitBatch } from './commit-batch.ts'
import { eraseThread } from './erase-thread.ts'
import { forkThread } from './fork-thread.ts'
import { leaseThread } from './lease-thread.ts'
import { listHistory, listLog, listThreads } from './listings.ts'
import { migrations, owner as tablesOwner } from './migrations.ts'
import { createParts, type Parts, partsWithin } from './parts.ts'
import { pruneThread } from './prune-thread.ts'
import { readView } from './read-view.ts'
import { receivePart } from './receive-part.ts'
import { databaseSession, type Session, transactionSession } from './session.ts'
import { createSignalQueue, type SendSignals } from './signal-queue.ts'
import { sendSignals, waitingSignals } from './signal-rows.ts'
import { keepSnapshot } from './snapshot-rows.ts'
import { createWatchers, type Watchers } from './watchers.ts'

/** The parts of {@link postgresCheckpointer}. */
export interface PostgresCheckpointerOptions {
  /** Stands for the server's clock, by which leases expire, in simulations. */
  readonly clock?: Clock
  /** 16 random bytes in lower-case hexadecimal at each call. */
  readonly newSalt?: () => string
  /** How many signals a bounded channel of a thread holds; 10,000 when left out. */
  readonly capacity?: number
  /** Whether an owner is provably dead. Only owners on this machine can be. */
  readonly isOwnerDead?: (owner: Owner) => boolean
  /** How often `watch` looks besides when it is told; 1,000 when left out. */
  readonly poll?: Milliseconds
}

/**
 * A checkpointer over a PostgreSQL database, which stays the caller's to close. It makes and migrates its tables first: fails `database-too-new`. Any
 * number of processes on any number of machines may work on one database.
 */
export async function postgresCheckpointer(
  database: PostgresDatabase,
  options: PostgresCheckpointerOptions = {},
): Promise<Checkpointer & ThreadReceiver> {
  await database.migrate(tablesOwner, migrations)
  const parts = createParts(database, options)
  const watchers = createWatchers(parts)
  const session = closable(databaseSession(database), watchers)
  const send = createSignalQueue((signals, flush) => sendSignals(parts, session, signals, flush))
  return checkpointerOver(parts, session, watchers, send)
}

function checkpointerOver(
  parts: Parts,
  session: Session,
  watchers: Watchers,
  send: SendSignals,
): Checkpointer & ThreadReceiver {
  return {
    commit: (batch) => commitBatch(parts, session, batch),
    signal: send,
    pending: (thread) => waitingSignals(parts.labels, session, thread, 0),
    read: (thread, options = {}) => readView(parts, session, thread, options),
    log: (thread, after = 0) => listLog(parts, session, thread, after),
    history: (thread, page = {}) => listHistory(session, thread, page),
    threads: (query = {}) => listThreads(parts, session, query),
    watch: (thread, options) => watchers.watch(session, thread, options),
    fork: (from, to) => forkThread(parts, session, from, to),
    lease: (thread, owner, ttl) => leaseThread(parts, session, thread, owner, ttl),
    within: (transaction) => {
      const inside = partsWithin(parts)
      const joined = closable(transactionSession(parts.database, transaction), watchers)
      return checkpointerOver(inside, joined, watchers, (signals, flush) =>
        sendSignals(inside, joined, signals, flush),
      )
    },
    snapshot: (thread, stored, lease) => keepSnapshot(parts, session, thread, stored, lease),
    erase: (erasure) => eraseThread(parts, session, erasure),
    receive: (part) => receivePart(parts, session, part),
    prune: (pruning) => pruneThread(parts, session, pruning),
    [Symbol.asyncDispose]: async () => watchers.close(),
  }
}

/** The session until the checkpointer is closed. */
function closable(session: Session, watchers: Watchers): Session {
  const open = <T>(work: () => Promise<T>): Promise<T> =>
    watchers.closed ? Promise.reject(checkpointerClosed()) : work()
  return {
    ...session,
    call: (statement, parameters, repeated) => open(() => session.call(statement, parameters, repeated)),
    change: (statement, parameters, repeated) => open(() => session.change(statement, parameters, repeated)),
    write: (flush, body) => open(() => session.write(flush, body)),
    read: (body) => open(() => session.read(body)),
  }
}
