import { type Flush, KeepupError, type Transaction, transactionBrand } from '@keepup/core'
import type {
  PostgresDatabase,
  PostgresSession,
  PostgresStatement,
  PostgresTransaction,
  PostgresValue,
} from '@keepup/database-postgres'

/** Where statements run: each in a transaction of its own, or all in one that is open. */
export interface Session {
  /** Runs one statement; where it is sent again after a lost connection, `repeated` is called before. */
  call<Row>(
    statement: PostgresStatement<Row>,
    parameters: readonly PostgresValue[],
    repeated?: () => void,
  ): Promise<Row[]>
  /** {@link Session.call} for a statement that returns no rows: how many it wrote. */
  change(
    statement: PostgresStatement<unknown>,
    parameters: readonly PostgresValue[],
    repeated?: () => void,
  ): Promise<number>
  write<T>(flush: Flush, body: (session: PostgresSession) => Promise<T>): Promise<T>
  read<T>(body: (session: PostgresSession) => Promise<T>): Promise<T>
  /** What a function that commits is to set `synchronous_commit` to; `null` where the open transaction has its own. */
  level(flush: Flush): 'on' | 'off' | null
  /** Tells watchers, once it is committed, that something changed. */
  announce(topics: Iterable<string>): void
}

/** Every statement or body in a transaction of its own. */
export function databaseSession(database: PostgresDatabase): Session {
  return {
    call: (statement, parameters, repeated) => database.query(statement, parameters, repeated),
    change: (statement, parameters, repeated) => database.change(statement, parameters, repeated),
    write: (flush, body) => database.write(flush, body),
    read: (body) => database.read(body),
    level: (flush) => (flush === 'power' ? 'on' : 'off'),
    announce: (topics) => {
      for (const topic of topics) database.announce(topic)
    },
  }
}

/** Everything in an open transaction; `not-supported` where it is of another database. */
export function transactionSession(database: PostgresDatabase, transaction: Transaction): Session {
  if (!belongsTo(transaction, database)) {
    const message = `This transaction is not one of ${database.name}. Open it with the database that the checkpointer was made of.`
    throw new KeepupError('not-supported', message)
  }
  let running: PostgresSession | undefined
  const run = <T>(body: (session: PostgresSession) => Promise<T>): Promise<T> =>
    transaction.run((session) => {
      running = session
      return body(session)
    })
  return {
    call: (statement, parameters) => run((session) => session.query(statement, ...parameters)),
    change: (statement, parameters) => run((session) => session.change(statement, ...parameters)),
    write: async (flush, body) => {
      requireLevel(transaction, flush)
      return run(body)
    },
    read: run,
    level: (flush) => {
      requireLevel(transaction, flush)
      return null
    },
    announce: (topics) => {
      for (const topic of topics) running?.announce(topic)
    },
  }
}

function requireLevel(transaction: PostgresTransaction, flush: Flush): void {
  if (flush !== 'power' || transaction.flush === 'power') return
  throw new KeepupError(
    'not-supported',
    "A commit with flush: 'power' cannot join a transaction that was opened with 'process'. Open the transaction with 'power'.",
  )
}

function belongsTo(transaction: Transaction, database: PostgresDatabase): transaction is PostgresTransaction {
  return transaction[transactionBrand] === database && 'run' in transaction
}
