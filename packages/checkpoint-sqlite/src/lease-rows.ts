import type { LeaseToken, Timestamp } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import type { LeaseRow } from './thread-rows.ts'

/** Leases as rows. */
export interface LeaseRows {
  /** Gives a thread's lease to an owner, with the next token. */
  take(thread: number, owner: string, expires: Timestamp): LeaseRow
  /** Whether the token was that of the lease, so that it lasts until `expires` now. */
  renew(thread: number, token: LeaseToken, expires: Timestamp): boolean
  /** Gives it back where the token is that of the lease. */
  release(thread: number, token: LeaseToken): void
}

/** The leases of one database. */
export function createLeaseRows(database: SqliteDatabase): LeaseRows {
  const nextToken = database.prepare<number>(
    'UPDATE last_token SET token = token + 1 RETURNING token',
    'value',
  )
  const take = database.prepare(
    `INSERT INTO lease (thread, token, owner, expires) VALUES (?, ?, ?, ?)
     ON CONFLICT (thread) DO UPDATE SET token = excluded.token, owner = excluded.owner, expires = excluded.expires`,
  )
  const renew = database.prepare('UPDATE lease SET expires = ? WHERE thread = ? AND token = ?')
  const release = database.prepare('DELETE FROM lease WHERE thread = ? AND token = ?')
  return {
    take(thread, owner, expires) {
      const token = nextToken.get() ?? 1
      take.run(thread, token, owner, expires)
      return { token, owner, expires }
    },
    renew: (thread, token, expires) => renew.run(expires, thread, token).changes === 1,
    release: (thread, token) => void release.run(thread, token),
  }
}
