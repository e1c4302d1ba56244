import type { PostgresSession, PostgresValue } from '@keepup/database-postgres'
import { statement } from '@keepup/database-postgres'
import type { Db } from 'pg-boss'

/** Lets pg-boss run its statements in a session of ours, so that they commit with what else is written there. */
export function sessionAdapter(session: PostgresSession): Db {
  return {
    executeSql: async (text, values = []) => ({
      // pg-boss gives texts, numbers, and lists of them.
      rows: await session.query(statement(text), ...(values as PostgresValue[])),
    }),
  }
}
