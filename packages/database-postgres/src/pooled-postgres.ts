import { type Flush, KeepupError, type Milliseconds, transactionBrand } from '@keepup/core'
import type { QueryResult } from 'pg'

import type { Announcements } from './announcements.ts'
import type { ClientSession } from './client-session.ts'
import type { Connector } from './connect.ts'
import { migrate } from './migrate.ts'
import type {
  PostgresDatabase,
  PostgresMigration,
  PostgresSession,
  PostgresStatement,
  PostgresTransaction,
  PostgresValue,
} from './postgres-database.ts'
import { StatementConnections } from './statement-connections.ts'
import { statement } from './statement.ts'
import { Transactions } from './transactions.ts'
import { isConnectionLost, translateError } from './translate-error.ts'

const clock = statement<{ now: number }>(
  'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now',
)

/** A {@link PostgresDatabase} over a pool of connections. */
export class PooledPostgres implements PostgresDatabase {
  readonly name: string
  readonly schema: string
  readonly serverVersion: number
  readonly #connector: Connector
  readonly #announcements: Announcements
  readonly #transactions: Transactions
  readonly #statements: StatementConnections
  #closing: Promise<void> | undefined

  constructor(
    connector: Connector,
    announcements: Announcements,
    serverVersion: number,
    patience: Milliseconds,
  ) {
    this.name = connector.name
    this.schema = connector.schema
    this.serverVersion = serverVersion
    this.#connector = connector
    this.#announcements = announcements
    this.#transactions = new Transactions(connector, patience)
    this.#statements = new StatementConnections(connector)
  }

  async migrate(owner: string, migrations: readonly PostgresMigration[]): Promise<void> {
    this.#requireOpen()
    await migrate(this, (body) => this.write('power', body), owner, migrations)
  }

  async query<Row>(
    statement_: PostgresStatement<Row>,
    parameters: readonly PostgresValue[],
    repeated?: () => void,
  ): Promise<Row[]> {
    const { rows } = await this.#run(statement_, parameters, repeated)
    // What the columns are is the promise of whoever wrote the statement.
    return rows as Row[]
  }

  async change(
    statement_: PostgresStatement<unknown>,
    parameters: readonly PostgresValue[],
    repeated?: () => void,
  ): Promise<number> {
    const { rowCount } = await this.#run(statement_, parameters, repeated)
    return rowCount ?? 0
  }

  async write<T>(flush: Flush, body: (session: PostgresSession) => Promise<T>): Promise<T> {
    this.#requireOpen()
    let announced: ReadonlySet<string> = new Set()
    const value = await this.#transactions.write(flush, (session) => {
      announced = session.announced
      return body(session)
    })
    for (const topic of announced) this.announce(topic)
    return value
  }

  async read<T>(body: (session: PostgresSession) => Promise<T>): Promise<T> {
    this.#requireOpen()
    return this.#transactions.read(body)
  }

  async transaction<T>(
    body: (transaction: PostgresTransaction) => Promise<T> | T,
    flush: Flush = 'power',
  ): Promise<T> {
    this.#requireOpen()
    let announced: ReadonlySet<string> = new Set()
    try {
      const value = await this.#transactions.single(flush, async (session) => {
        announced = session.announced
        const transaction = new OpenTransaction(this, session, flush)
        try {
          return await body(transaction)
        } finally {
          transaction.end()
        }
      })
      for (const topic of announced) this.announce(topic)
      return value
    } catch (error) {
      throw translateError(error, this.name, 'nothing-written')
    }
  }

  announce(topic: string): void {
    this.#announcements.announce(topic)
  }

  listen(topic: string, listener: () => void): () => void {
    this.#requireOpen()
    return this.#announcements.listen(topic, listener)
  }

  async now(): Promise<number> {
    const [row] = await this.query(clock, [])
    return row?.now ?? 0
  }

  async backup(path: string): Promise<never> {
    throw new KeepupError(
      'not-supported',
      'A client cannot copy a PostgreSQL database. Run ' +
        `pg_dump --format=custom --schema=${this.schema} --file=${JSON.stringify(path)} with the address of ${this.name}; ` +
        'the copy is consistent beside running work. pg_restore brings it back.',
      { details: { database: this.name, path } },
    )
  }

  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #run(
    statement_: PostgresStatement<unknown>,
    parameters: readonly PostgresValue[],
    repeated?: () => void,
  ): Promise<QueryResult> {
    this.#requireOpen()
    try {
      return await this.#transactions.persevere(() => this.#statements.run(statement_, parameters), repeated)
    } catch (error) {
      throw translateError(error, this.name, 'unknown')
    }
  }

  async #end(): Promise<void> {
    // Idle connections keep no process alive; whoever waits for their end must.
    const alive = setInterval(() => undefined, 1_000)
    try {
      await this.#announcements.close()
      await this.#connector.pool.end()
    } finally {
      clearInterval(alive)
    }
  }

  #requireOpen(): void {
    if (this.#closing === undefined) return
    const message = `The database ${this.name} was closed. Open it again to go on.`
    throw new KeepupError('database-unavailable', message)
  }
}

/** A transaction that callers see: statements in savepoints, until it ends. */
class OpenTransaction implements PostgresTransaction {
  readonly [transactionBrand]: object
  readonly flush: Flush
  readonly #name: string
  readonly #session: ClientSession
  #isOpen = true
  #last: Promise<unknown> = Promise.resolve()

  constructor(database: PostgresDatabase, session: ClientSession, flush: Flush) {
    this[transactionBrand] = database
    this.flush = flush
    this.#name = database.name
    this.#session = session
  }

  end(): void {
    this.#isOpen = false
  }

  run<T>(body: (session: PostgresSession) => Promise<T>): Promise<T> {
    // Savepoints of bodies that run at once would tangle.
    const result = this.#last.then(() => this.#nested(body))
    this.#last = result.catch(() => undefined)
    return result
  }

  async #nested<T>(body: (session: PostgresSession) => Promise<T>): Promise<T> {
    if (!this.#isOpen)
      throw new KeepupError('not-supported', `The transaction on ${this.#name} has ended already.`)
    try {
      await this.#session.exec('SAVEPOINT keepup')
      try {
        const value = await body(this.#session)
        await this.#session.exec('RELEASE keepup')
        return value
      } catch (error) {
        if (!isConnectionLost(error)) await this.#session.exec('ROLLBACK TO keepup; RELEASE keepup')
        throw error
      }
    } catch (error) {
      throw translateError(error, this.#name, 'nothing-written')
    }
  }
}
