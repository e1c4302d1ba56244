import type { Flush, Transaction } from '@keepup/core'

/** What a parameter may be. Bytes travel as they are; objects must be turned into JSON by the caller. */
export type PostgresValue =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | null
  | readonly (string | null)[]
  | readonly (number | null)[]

/** A statement with the name by which a connection keeps it prepared. One name stands for one text, for ever. */
export interface PostgresStatement<Row> {
  readonly name: string
  readonly text: string
  /** Never set: carries what the author of the SQL promises about its columns. `bigint` columns are given as numbers. */
  readonly row?: Row
}

/** Where statements run. */
export interface PostgresSession {
  /** Runs a prepared statement and gives its rows. */
  query<Row>(statement: PostgresStatement<Row>, ...parameters: readonly PostgresValue[]): Promise<Row[]>
  /** Runs a statement that returns no rows, which costs the driver least; the number of rows it wrote. */
  change(statement: PostgresStatement<unknown>, ...parameters: readonly PostgresValue[]): Promise<number>
  /** Runs SQL without parameters, several statements at once. */
  exec(sql: string): Promise<void>
  /** Tells the listeners of a topic, in all processes, once the change is committed. See {@link PostgresDatabase.listen}. */
  announce(topic: string): void
}

/** One step of an owner's schema. The first of a list makes version 1, the second version 2, and so on; a released one never changes. */
export interface PostgresMigration {
  /** The release of keepup that brought it, named to people whose keepup is older. */
  readonly release: string
  /** SQL, or a function that may compute. Runs in one transaction with the note that it ran. */
  readonly up: string | ((session: PostgresSession) => Promise<void>)
}

/** A transaction of a {@link PostgresDatabase}, open from the start of its body until the body's promise settles. */
export interface PostgresTransaction extends Transaction {
  /** How durable its commit will be. */
  readonly flush: Flush
  /** Runs statements in a savepoint: when `body` rejects, its own changes are undone and the transaction goes on. One after the other. */
  run<T>(body: (session: PostgresSession) => Promise<T>): Promise<T>
}

/**
 * One opened schema of a PostgreSQL database, shared by any number of owners of tables. All methods are safe to call concurrently, from any number
 * of processes. Errors of the server and of the network become `database-unavailable`, `database-busy`, `database-full`, `database-read-only`,
 * `database-corrupt` or `value-not-storable`; they name the database and say what to do, never a password.
 */
export interface PostgresDatabase extends AsyncDisposable {
  /** Host, port, database and schema. */
  readonly name: string
  /** In which the tables lie. */
  readonly schema: string
  /** As the server tells it: 18.4 is 180004. */
  readonly serverVersion: number
  /**
   * Brings an owner's tables to the newest version, each migration in one transaction, one process at a time (an advisory lock). Fails
   * `database-too-new`, naming the release that wrote it.
   */
  migrate(owner: string, migrations: readonly PostgresMigration[]): Promise<void>
  /**
   * Runs one statement as a transaction of its own, in one round trip. It is sent again where the connection is lost, so it must be safe to repeat;
   * `repeated` is called before each time but the first. Its commit is as durable as `'process'`, unless the statement itself sets
   * `synchronous_commit` for its transaction.
   */
  query<Row>(
    statement: PostgresStatement<Row>,
    parameters: readonly PostgresValue[],
    repeated?: () => void,
  ): Promise<Row[]>
  /** {@link PostgresDatabase.query} for a statement that returns no rows, which costs the driver least; the number of rows it wrote. */
  change(
    statement: PostgresStatement<unknown>,
    parameters: readonly PostgresValue[],
    repeated?: () => void,
  ): Promise<number>
  /**
   * Runs `body` in a transaction and resolves once the commit is as durable as `flush` says. Rejecting undoes it. `body` runs again after a deadlock,
   * a serialisation failure, or a connection lost before the commit: it must have no other effect. A connection lost in the middle of the commit
   * is looked into: the server is asked what became of the transaction.
   */
  write<T>(flush: Flush, body: (session: PostgresSession) => Promise<T>): Promise<T>
  /** Runs `body` on one consistent view of all committed rows; again where the connection is lost. */
  read<T>(body: (session: PostgresSession) => Promise<T>): Promise<T>
  /**
   * Runs `body` in one transaction, once. Where the connection is lost before the commit, it fails `database-unavailable` and nothing is written;
   * in the middle of the commit, the server is asked what became of it.
   */
  transaction<T>(body: (transaction: PostgresTransaction) => Promise<T> | T, flush?: Flush): Promise<T>
  /** Tells the listeners of a topic, in all processes, at most some milliseconds later; see {@link PostgresDatabase.listen}. */
  announce(topic: string): void
  /**
   * Calls `listener` when a topic is announced, in this process at once, from others through NOTIFY, until the returned function is called. An announcement
   * can be lost with a connection or a process: look at the rows now and then as well. It must not throw. Keeps no process alive.
   */
  listen(topic: string, listener: () => void): () => void
  /** The present moment by the server's clock. */
  now(): Promise<number>
  /** Always fails `not-supported`: a client cannot copy a server. The message has the `pg_dump` command that can. */
  backup(path: string): Promise<never>
  /** Waits for what runs, tells what is still to be announced, and ends every connection. Calling it again does nothing. */
  close(): Promise<void>
}
