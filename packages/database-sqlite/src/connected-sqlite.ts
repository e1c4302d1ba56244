import { rename, rm } from 'node:fs/promises'

import { type Flush, KeepupError, type Milliseconds, transactionBrand } from '@keepup/core'
import type { Database } from 'better-sqlite3'

import { blockingWait } from './connect.ts'
import { migrate } from './migrate.ts'
import type {
  Migration,
  RowShape,
  SqliteDatabase,
  SqliteStatement,
  SqliteTransaction,
} from './sqlite-database.ts'
import { TransactionControl } from './transaction-control.ts'
import { translateError } from './translate-error.ts'
import { WriteQueue } from './write-queue.ts'

/** A {@link SqliteDatabase} over one connection. */
export class ConnectedSqlite implements SqliteDatabase {
  readonly path: string
  readonly #connection: Database
  readonly #control: TransactionControl
  readonly #queue: WriteQueue
  readonly #busyTimeout: Milliseconds
  readonly #version: SqliteStatement<number>
  #closing: Promise<void> | undefined

  constructor(connection: Database, path: string, busyTimeout: Milliseconds) {
    this.path = path
    this.#connection = connection
    this.#busyTimeout = busyTimeout
    this.#control = new TransactionControl(connection)
    this.#queue = new WriteQueue(this.#control, path, busyTimeout)
    this.#version = this.prepare<number>('PRAGMA data_version', 'value')
  }

  get revision(): number {
    return this.#control.revision
  }

  get rollbacks(): number {
    return this.#control.rollbacks
  }

  dataVersion(): number {
    return this.#version.get() ?? 0
  }

  migrate(owner: string, migrations: readonly Migration[]): void {
    this.#requireOpen()
    this.#blocking(() => migrate(this, (body) => this.#control.alone(body), owner, migrations))
  }

  prepare<Row>(sql: string, shape: RowShape = 'object'): SqliteStatement<Row> {
    const statement = this.#translated(() => this.#connection.prepare<unknown[], Row>(sql))
    if (shape === 'array') statement.raw()
    if (shape === 'value') statement.pluck()
    return statement
  }

  exec(sql: string): void {
    this.#translated(() => this.#connection.exec(sql))
  }

  write<T>(flush: Flush, body: () => T): Promise<T> {
    return this.#closing === undefined ? this.#queue.write(flush, body) : Promise.reject(this.#closed())
  }

  read<T>(body: () => T): Promise<T> {
    return this.#closing === undefined ? this.#queue.read(body) : Promise.reject(this.#closed())
  }

  async transaction<T>(
    body: (transaction: SqliteTransaction) => Promise<T> | T,
    flush: Flush = 'power',
  ): Promise<T> {
    this.#requireOpen()
    let open = true
    const transaction: SqliteTransaction = {
      [transactionBrand]: this,
      flush,
      run: (work) => {
        if (!open)
          throw new KeepupError('not-supported', `The transaction on ${this.path} has ended already.`)
        return this.#translated(() => this.#control.nested(work))
      },
    }
    try {
      return await this.#queue.transaction(flush, transaction, () => body(transaction))
    } finally {
      open = false
    }
  }

  onCommit(listener: () => void): () => void {
    this.#control.listeners.add(listener)
    return () => void this.#control.listeners.delete(listener)
  }

  async backup(path: string): Promise<void> {
    this.#requireOpen()
    const partial = `${path}.partial`
    try {
      await this.#connection.backup(partial, { progress: patientSteps() })
      await rename(partial, path)
    } catch (cause) {
      await rm(partial, { force: true })
      throw new KeepupError(
        'database-unavailable',
        `The backup of ${this.path} could not be written to ${path}. Check that its folder exists and has space.`,
        { cause, details: { path } },
      )
    }
  }

  async findDamage(): Promise<readonly string[]> {
    const check = this.prepare<string>('PRAGMA integrity_check(100)', 'value')
    const found = await this.read(() => check.all())
    return found.length === 1 && found[0] === 'ok' ? [] : found
  }

  shred(): Promise<void> {
    this.#requireOpen()
    return this.#queue.alone(() =>
      this.#queue.patiently(() => {
        this.#connection.pragma('incremental_vacuum')
        this.#emptyLog()
      }),
    )
  }

  close(): Promise<void> {
    this.#closing ??= this.#queue.alone(async () => {
      try {
        this.#connection.pragma('wal_checkpoint(TRUNCATE)')
      } catch {
        // Whoever opens the file next finds the log and goes on from it.
      }
      this.#connection.close()
    })
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #emptyLog(): void {
    const [result] = this.#connection.prepare<[], { busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)').all()
    if (result?.busy !== 1) return
    throw new KeepupError(
      'database-busy',
      `What was deleted may remain in ${this.path}-wal until the processes that read it go on. Shred again then.`,
    )
  }

  /** Waits inside SQLite: for the moment of opening only. */
  #blocking<T>(work: () => T): T {
    this.#connection.pragma(`busy_timeout = ${this.#busyTimeout}`)
    try {
      return this.#translated(work)
    } finally {
      this.#connection.pragma(`busy_timeout = ${blockingWait}`)
    }
  }

  #translated<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw translateError(error, this.path)
    }
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw this.#closed()
  }

  #closed(): KeepupError {
    return new KeepupError(
      'database-unavailable',
      `The database ${this.path} was closed. Open it again to go on.`,
    )
  }
}

/** Pages of one step of a backup, between which other work goes on. */
const backupStep = 512

/**
 * How many pages each step of a backup copies. SQLite begins again where another connection wrote between two steps; once that happened, the rest is
 * copied in one, so that a backup ends however much is written.
 */
function patientSteps(): (progress: { totalPages: number; remainingPages: number }) => number {
  let least = Infinity
  return ({ totalPages, remainingPages }) => {
    const isBegunAgain = remainingPages >= least
    least = Math.min(least, remainingPages)
    return isBegunAgain ? totalPages + backupStep : backupStep
  }
}
