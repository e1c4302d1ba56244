import type { StoreStatistics } from '@keepup/checkpoint/backend'
import type { SqliteDatabase } from '@keepup/database-sqlite'

/** Counts what the tables of `sqliteCheckpointer` hold. Reads every row once; the checkpointer must have been made before. */
export function storeStatistics(database: SqliteDatabase): Promise<StoreStatistics> {
  const count = (sql: string) => database.prepare<number>(sql, 'value')
  const counts = {
    threads: count('SELECT count(*) FROM thread WHERE created IS NOT NULL'),
    forks: count('SELECT count(*) FROM thread WHERE origin IS NOT NULL'),
    entries: count('SELECT count(*) FROM entry'),
    erased: count('SELECT count(*) FROM entry WHERE data IS NULL'),
    signals: count('SELECT count(*) FROM signal WHERE data IS NOT NULL'),
    snapshots: count('SELECT count(*) FROM snapshot'),
    artifacts: count('SELECT count(*) FROM artifact WHERE hash IS NOT NULL'),
    dataSize: count('SELECT coalesce(sum(octet_length(data)), 0) FROM entry'),
    artifactSize: count('SELECT coalesce(sum(size), 0) FROM artifact WHERE hash IS NOT NULL'),
  }
  const read = (name: keyof StoreStatistics): number => counts[name].get() ?? 0
  return database.read(() => ({
    threads: read('threads'),
    forks: read('forks'),
    entries: read('entries'),
    erased: read('erased'),
    signals: read('signals'),
    snapshots: read('snapshots'),
    artifacts: read('artifacts'),
    dataSize: read('dataSize'),
    artifactSize: read('artifactSize'),
  }))
}
