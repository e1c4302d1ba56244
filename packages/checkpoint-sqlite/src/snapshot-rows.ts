import type { EffectiveRange } from '@keepup/checkpoint'
import type { FoldRef, Sequence, StoredSnapshot } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

/** Stored results of folds, kept with the thread whose own entry their position is. */
export interface SnapshotRows {
  /** Keeps the newest few of a fold. */
  keep(thread: number, stored: StoredSnapshot): void
  /** The newest of a fold within a stretch of a thread, of the asked version only or of any. */
  newest(
    thread: number,
    range: EffectiveRange,
    fold: FoldRef,
    version: 'same' | 'any',
  ): StoredSnapshot | undefined
  count(thread: number): number
  /** Removes those from a position on; how many. */
  dropFrom(thread: number, at: Sequence): number
  /** Removes those before a position; how many. */
  dropBefore(thread: number, at: Sequence): number
}

/** How many snapshots of one fold a thread keeps. */
const kept = 4

/** The snapshots of one database. */
export function createSnapshotRows(database: SqliteDatabase): SnapshotRows {
  const insert = database.prepare(
    'INSERT OR REPLACE INTO snapshot (thread, fold, at, version, bytes) VALUES (?, ?, ?, ?, ?)',
  )
  const surplus = database.prepare(
    `DELETE FROM snapshot WHERE id IN
     (SELECT id FROM snapshot WHERE thread = ? AND fold = ? ORDER BY at DESC, id DESC LIMIT -1 OFFSET ${kept})`,
  )
  const select = database.prepare<{ at: number; version: number; bytes: Buffer }>(
    `SELECT at, version, bytes FROM snapshot WHERE thread = ? AND fold = ? AND at BETWEEN ? AND ?
     AND version BETWEEN ? AND ? ORDER BY at DESC, id DESC LIMIT 1`,
  )
  const count = database.prepare<number>('SELECT count(*) FROM snapshot WHERE thread = ?', 'value')
  const dropFrom = database.prepare('DELETE FROM snapshot WHERE thread = ? AND at >= ?')
  const dropBefore = database.prepare('DELETE FROM snapshot WHERE thread = ? AND at < ?')

  return {
    keep(thread, { fold, at, bytes }) {
      insert.run(thread, fold.id, at, fold.version, bytes)
      surplus.run(thread, fold.id)
    },
    newest(thread, { from, to }, fold, version) {
      const versions = version === 'any' ? [0, Number.MAX_SAFE_INTEGER] : [fold.version, fold.version]
      const found = select.get(thread, fold.id, from, to, ...versions)
      if (found === undefined) return undefined
      return {
        fold: { id: fold.id, version: found.version },
        at: found.at,
        bytes: new Uint8Array(found.bytes),
      }
    },
    count: (thread) => count.get(thread) ?? 0,
    dropFrom: (thread, at) => dropFrom.run(thread, at).changes,
    dropBefore: (thread, at) => dropBefore.run(thread, at).changes,
  }
}
