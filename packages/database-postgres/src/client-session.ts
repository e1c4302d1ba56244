import type { PoolClient } from 'pg'

import type { PostgresSession, PostgresStatement, PostgresValue } from './postgres-database.ts'

/** Statements on one connection; what is announced is kept until the caller knows that it is committed. */
export class ClientSession implements PostgresSession {
  readonly announced: Set<string> = new Set()
  readonly #client: PoolClient

  constructor(client: PoolClient) {
    this.#client = client
  }

  async query<Row>(
    statement: PostgresStatement<Row>,
    ...parameters: readonly PostgresValue[]
  ): Promise<Row[]> {
    const { name, text } = statement
    const { rows } = await this.#client.query({ name, text, values: parameters.map(toDriver) })
    // What the columns are is the promise of whoever wrote the statement.
    return rows as Row[]
  }

  async exec(sql: string): Promise<void> {
    await this.#client.query(sql)
  }

  announce(topic: string): void {
    this.announced.add(topic)
  }
}

/** The driver sends a `Buffer` as bytes and takes any other view for JSON. */
export function toDriver(value: PostgresValue): unknown {
  return value instanceof Uint8Array && !Buffer.isBuffer(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : value
}
