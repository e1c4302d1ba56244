import type { PoolClient, QueryConfig } from 'pg'

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
    const { rows } = await this.#client.query(toQuery(statement, parameters))
    // What the columns are is the promise of whoever wrote the statement.
    return rows as Row[]
  }

  async change(
    statement: PostgresStatement<unknown>,
    ...parameters: readonly PostgresValue[]
  ): Promise<number> {
    const { rowCount } = await this.#client.query(toQuery(statement, parameters))
    return rowCount ?? 0
  }

  async exec(sql: string): Promise<void> {
    await this.#client.query(sql)
  }

  announce(topic: string): void {
    this.announced.add(topic)
  }
}

/** A statement with its parameters as the driver takes them: it sends a `Buffer` as bytes and takes any other view for JSON. */
export function toQuery(
  { name, text }: PostgresStatement<unknown>,
  parameters: readonly PostgresValue[],
): QueryConfig {
  const values = parameters.map((value) =>
    value instanceof Uint8Array && !Buffer.isBuffer(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      : value,
  )
  return { name, text, values }
}
