import type { Flush, Transaction } from '@keepup/core'

/** What SQLite stores: its five storage classes in JavaScript's types. */
export type SqliteValue = string | number | bigint | Uint8Array | null

/** What a statement that changes rows reports. */
export interface SqliteChanges {
  /** Rows inserted, updated or deleted, triggers and cascades not counted. */
  readonly changes: number
  readonly lastInsertRowid: number | bigint
}

/** A prepared statement. Run it only inside the body of `write`, `read` or a transaction's `run`: there its errors get their codes. */
export interface SqliteStatement<Row> {
  run(...parameters: readonly SqliteValue[]): SqliteChanges
  get(...parameters: readonly SqliteValue[]): Row | undefined
  all(...parameters: readonly SqliteValue[]): Row[]
}

/** How a row is given: as an object by column name, as an array in column order (fastest), or as its first column alone. */
export type RowShape = 'object' | 'array' | 'value'

/** One step of an owner's schema. The first of a list makes version 1, the second version 2, and so on; a released one never changes. */
export interface Migration {
  /** The release of keepup that brought it, named to people whose keepup is older. */
  readonly release: string
  /** SQL, or a function that may compute. Runs in one transaction with the note that it ran. */
  readonly up: string | ((database: SqliteDatabase) => void)
}

/** A transaction of a {@link SqliteDatabase}, open from the start of its body until the body's promise settles. */
export interface SqliteTransaction extends Transaction {
  /** How durable its commit will be. */
  readonly flush: Flush
  /** Runs statements in a savepoint: when `body` throws, its own changes are undone and the transaction goes on. Fails once the transaction ended. */
  run<T>(body: () => T): T
}

/**
 * One opened SQLite file, shared by any number of owners of tables. All methods are safe to call concurrently, from any number of processes.
 * Errors of SQLite become `database-busy`, `database-corrupt`, `database-full`, `database-read-only` or `database-unavailable`, and name the file.
 */
export interface SqliteDatabase extends AsyncDisposable {
  /** As given to `openSqlite`. */
  readonly path: string
  /**
   * Grows whenever rows may have changed through this connection: with every body that writes and with every rollback. With `dataVersion` it tells
   * whether what was remembered from rows still holds.
   */
  readonly revision: number
  /** Grows with every rollback: what was remembered of rows that are never changed holds as long as this does. */
  readonly rollbacks: number
  /** SQLite's own counter: another value after another connection committed. Read inside a transaction it is exact. */
  dataVersion(): number
  /**
   * Brings an owner's tables to the newest version, each migration in one transaction, safe beside other processes that do the same. Fails
   * `database-too-new`, naming the release that wrote it, and `database-read-only` where a migration is due but nothing may be written.
   */
  migrate(owner: string, migrations: readonly Migration[]): void
  /** Prepares a statement. `Row` is the caller's promise about the SQL's columns. */
  prepare<Row = unknown>(sql: string, shape?: RowShape): SqliteStatement<Row>
  /** Runs SQL without parameters, several statements at once. */
  exec(sql: string): void
  /**
   * Runs `body` in a transaction that may write, and resolves once the commit is as durable as `flush` says. Throwing undoes it. `body` is
   * synchronous and must not call `write`, `read` or `transaction`. Bodies run one after the other in the order of the calls. Those that wait for
   * the barrier of `'power'` share one. Another process that writes is waited for without blocking this one, up to the busy timeout.
   */
  write<T>(flush: Flush, body: () => T): Promise<T>
  /** Runs `body` on one consistent view of all committed rows. Synchronous, like that of `write`. */
  read<T>(body: () => T): Promise<T>
  /**
   * Runs an asynchronous body in one transaction. It holds the only right to write, in all processes, until the promise settles: keep it short.
   * Calling the database itself from within instead of `transaction.run` fails `not-supported`.
   */
  transaction<T>(body: (transaction: SqliteTransaction) => Promise<T> | T, flush?: Flush): Promise<T>
  /** Calls `listener` after every commit of this connection, until the returned function is called. It must not throw. */
  onCommit(listener: () => void): () => void
  /** Writes a consistent copy beside running work; an existing file is replaced once the copy is whole. */
  backup(path: string): Promise<void>
  /** What SQLite's integrity check finds, in its words; empty where the file is sound. Reads the whole file. */
  findDamage(): Promise<readonly string[]>
  /**
   * Makes deleted rows unrecoverable: they are zeroed where they lay, and the write-ahead log, which may still hold them, is emptied. Free pages are
   * given back to the disk. Fails `database-busy` where a reader in another process keeps the log alive.
   */
  shred(): Promise<void>
  /** Waits for what is queued, empties the write-ahead log and closes. Calling it again does nothing. */
  close(): Promise<void>
}
