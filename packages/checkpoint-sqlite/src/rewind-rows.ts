import type { Rewind } from '@keepup/checkpoint'
import type { Sequence } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

/** Where threads were rewound to, so that their histories are found without reading entries. */
export interface RewindRows {
  insert(thread: number, rewind: Rewind): void
  /** All of a thread, ascending. */
  of(thread: number): Rewind[]
  /** Forgets those up to and with a sequence, which pruning replaced. */
  prune(thread: number, through: Sequence): void
}

/** The rewinds of one database. */
export function createRewindRows(database: SqliteDatabase): RewindRows {
  const insert = database.prepare('INSERT INTO rewind (thread, sequence, target) VALUES (?, ?, ?)')
  const select = database.prepare<Rewind>(
    'SELECT sequence, target AS "to" FROM rewind WHERE thread = ? ORDER BY sequence',
  )
  const remove = database.prepare('DELETE FROM rewind WHERE thread = ? AND sequence <= ?')
  return {
    insert: (thread, { sequence, to }) => void insert.run(thread, sequence, to),
    of: (thread) => select.all(thread),
    prune: (thread, through) => void remove.run(thread, through),
  }
}
