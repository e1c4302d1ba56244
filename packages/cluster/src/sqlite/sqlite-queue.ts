import { randomUUID } from 'node:crypto'

import {
  type Clock,
  KeepupError,
  type NewId,
  type Owner,
  systemClock,
  type Transaction,
  transactionBrand,
} from '@keepup/core'
import type { SqliteDatabase, SqliteTransaction } from '@keepup/database-sqlite'

import { createListeners } from '../listeners.ts'
import { type QueueSettings, wholeSettings } from '../queue-settings.ts'
import type { RunQueue } from '../run-queue.ts'
import { tableQueue } from '../table/table-queue.ts'
import { migrations, owner as tablesOwner } from './migrations.ts'
import { sqliteRows } from './sqlite-rows.ts'

/** The parts of {@link sqliteQueue}. */
export interface SqliteQueueOptions extends QueueSettings {
  /** The clock by which claims end; that of this machine when left out. */
  readonly clock?: Clock
  readonly newId?: NewId
  readonly isOwnerDead?: (owner: Owner) => boolean
}

/**
 * A queue in a SQLite database, which stays the caller's to close, for workers on one machine: the claims of a process that died there are free at once. It makes and
 * migrates its tables at once: fails `database-too-new` and `database-read-only`.
 */
export function sqliteQueue(database: SqliteDatabase, options: SqliteQueueOptions = {}): RunQueue {
  database.migrate(tablesOwner, migrations)
  const rows = sqliteRows(database)
  const { announce, listen } = createListeners()
  const { clock = systemClock, newId = randomUUID, isOwnerDead } = options
  return tableQueue({
    settings: wholeSettings(options),
    clock,
    newId,
    ...(isOwnerDead === undefined ? {} : { isOwnerDead }),
    run: (body, within) => {
      if (within === undefined) return database.write('process', () => body(rows))
      return Promise.resolve().then(() => own(database, within).run(() => body(rows)))
    },
    announce,
    listen,
    close: () => Promise.resolve(),
    transaction: (body) => database.transaction(body),
  })
}

function own(database: SqliteDatabase, transaction: Transaction): SqliteTransaction {
  if (isOwn(database, transaction)) return transaction
  const message = `This transaction is not one of ${database.path}. Open it with the database that the queue was made of.`
  throw new KeepupError('not-supported', message)
}

function isOwn(database: SqliteDatabase, transaction: Transaction): transaction is SqliteTransaction {
  return transaction[transactionBrand] === database && 'run' in transaction
}
