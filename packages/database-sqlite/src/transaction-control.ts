import type { Flush } from '@keepup/core'
import type { Database, Statement } from 'better-sqlite3'

/** What became of one body inside a shared transaction. */
export type Attempt<T> = { readonly value: T } | { readonly error: unknown }

/** Begins and ends transactions of one connection at the durability asked for, and counts what may have changed. */
export class TransactionControl {
  /** See `SqliteDatabase.revision`. */
  revision = 0
  /** See `SqliteDatabase.rollbacks`. */
  rollbacks = 0
  readonly listeners: Set<() => void> = new Set()
  readonly #connection: Database
  readonly #begin: Statement
  readonly #beginRead: Statement
  readonly #commit: Statement
  #level: Flush = 'process'

  constructor(connection: Database) {
    this.#connection = connection
    this.#begin = connection.prepare('BEGIN IMMEDIATE')
    this.#beginRead = connection.prepare('BEGIN')
    this.#commit = connection.prepare('COMMIT')
  }

  /** Takes the right to write. Throws SQLite's busy error where another connection holds it. */
  begin(flush: Flush): void {
    if (flush !== this.#level) {
      // A prepared pragma would keep the level of the time it was prepared, and inside a transaction it cannot change.
      this.#connection.exec(`PRAGMA synchronous = ${flush === 'power' ? 'FULL' : 'NORMAL'}`)
      this.#level = flush
    }
    this.#begin.run()
  }

  /** Commits what was written and tells the listeners. Where that fails, everything is undone and the error thrown. */
  commit(): void {
    try {
      this.#commit.run()
    } catch (error) {
      this.rollback()
      throw error
    }
    for (const listener of this.listeners) listener()
  }

  /** Undoes the open transaction, if SQLite has not done so already. */
  rollback(): void {
    this.#forget()
    try {
      if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK')
    } catch {
      // The disk failed again. SQLite forgets the transaction by itself; what made it fail is what the caller is told.
    }
  }

  /** Runs a body that is alone in the open transaction, and commits it. */
  finish<T>(body: () => T): T {
    this.revision += 1
    let value: T
    try {
      value = body()
    } catch (error) {
      this.rollback()
      throw error
    }
    this.commit()
    return value
  }

  /** Runs a body in a savepoint of the open transaction. Throws only where SQLite gave up the transaction as a whole. */
  attempt<T>(body: () => T): Attempt<T> {
    this.revision += 1
    this.#connection.exec('SAVEPOINT keepup')
    try {
      const value = body()
      this.#connection.exec('RELEASE keepup')
      return { value }
    } catch (error) {
      this.#forget()
      if (!this.#connection.inTransaction) throw error
      this.#connection.exec('ROLLBACK TO keepup; RELEASE keepup')
      return { error }
    }
  }

  /** Takes the right to write, runs a body and commits it. */
  alone<T>(body: () => T): T {
    this.begin('process')
    return this.finish(body)
  }

  /** Runs a body in a savepoint of the open transaction and throws what it throws. */
  nested<T>(body: () => T): T {
    const outcome = this.attempt(body)
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }

  /** Runs a body on one consistent view. */
  view<T>(body: () => T): T {
    this.#beginRead.run()
    try {
      return body()
    } finally {
      if (this.#connection.inTransaction) this.#commit.run()
    }
  }

  #forget(): void {
    this.revision += 1
    this.rollbacks += 1
  }
}
