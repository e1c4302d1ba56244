import { hash } from 'node:crypto'

import type { PostgresStatement } from './postgres-database.ts'

/** A statement that each connection prepares once. Its name follows from its text, so that the same text is prepared once, whoever wrote it. */
export function statement<Row>(text: string): PostgresStatement<Row> {
  return { name: `keepup-${hash('sha256', text).slice(0, 32)}`, text }
}
