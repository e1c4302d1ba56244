import type { PoolClient, QueryResult } from 'pg'

import { toQuery } from './client-session.ts'
import type { Connector } from './connect.ts'
import type { PostgresStatement, PostgresValue } from './postgres-database.ts'
import { isConnectionLost } from './translate-error.ts'

/**
 * Single statements over pooled connections. Whoever awaits one and goes on with the next finds the same connection still there: it is given back to the pool
 * where nothing follows in the same turn of the event loop, and at once where others wait for one.
 */
export class StatementConnections {
  readonly #connector: Connector
  #kept: PoolClient[] = []
  #isReleasing = false

  constructor(connector: Connector) {
    this.#connector = connector
  }

  /** Runs a statement. Rejects with the driver's errors. */
  async run(
    statement: PostgresStatement<unknown>,
    parameters: readonly PostgresValue[],
  ): Promise<QueryResult> {
    const client = this.#kept.pop() ?? (await this.#connector.pool.connect())
    try {
      const result = await this.#send(client, statement, parameters)
      this.#keep(client)
      return result
    } catch (error) {
      // A broken one is not given to anyone again.
      if (isConnectionLost(error)) client.release(true)
      else this.#keep(client)
      throw error
    }
  }

  #send(
    client: PoolClient,
    statement: PostgresStatement<unknown>,
    parameters: readonly PostgresValue[],
  ): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      const { name, text, values } = toQuery(statement, parameters)
      // The driver copies a statement that comes as an object property by property, which costs more than to send it.
      const query = new this.#connector.Query(text, values, (error, result) => {
        // It passes `null` where there is none.
        if (error instanceof Error) reject(error)
        else resolve(result)
      })
      client.query(Object.assign(query, { name }))
    })
  }

  #keep(client: PoolClient): void {
    if (this.#connector.pool.waitingCount > 0) {
      client.release(false)
      return
    }
    this.#kept.push(client)
    if (this.#isReleasing) return
    this.#isReleasing = true
    setImmediate(() => {
      this.#isReleasing = false
      const unused = this.#kept
      this.#kept = []
      for (const one of unused) one.release(false)
    })
  }
}
