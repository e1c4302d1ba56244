import { type Flush, KeepupError, type Transaction, transactionBrand } from '@keepup/core'
import type { SqliteDatabase, SqliteTransaction } from '@keepup/database-sqlite'

/** Where bodies run: each in a transaction of its own, or all in one that is open. */
export interface Session {
  write<T>(flush: Flush, body: () => T): Promise<T>
  read<T>(body: () => T): Promise<T>
  /** A write that survives power loss and leaves no trace in the files of what it deleted. */
  destroy<T>(body: () => T): Promise<T>
}

/** Every body in a transaction of its own. */
export function databaseSession(database: SqliteDatabase): Session {
  return {
    write: (flush, body) => database.write(flush, body),
    read: (body) => database.read(body),
    destroy: async (body) => {
      const result = await database.write('power', body)
      await database.shred()
      return result
    },
  }
}

/** Every body in an open transaction; `not-supported` where it is of another database. */
export function transactionSession(database: SqliteDatabase, transaction: Transaction): Session {
  if (!belongsTo(transaction, database)) {
    const message = `This transaction is not one of ${database.path}. Open it with the database that the checkpointer was made of.`
    throw new KeepupError('not-supported', message)
  }
  return {
    write: async (flush, body) => {
      if (flush === 'power' && transaction.flush !== 'power') {
        throw new KeepupError(
          'not-supported',
          "A commit with flush: 'power' cannot join a transaction that was opened with 'process'. Open the transaction with 'power'.",
        )
      }
      return transaction.run(body)
    },
    read: async (body) => transaction.run(body),
    destroy: async () => {
      // Only after the commit could the files be cleaned of what was deleted.
      throw new KeepupError('not-supported', 'Data cannot be erased inside a transaction. Erase it outside.')
    },
  }
}

function belongsTo(transaction: Transaction, database: SqliteDatabase): transaction is SqliteTransaction {
  return transaction[transactionBrand] === database && 'run' in transaction
}
