import type { SqliteDatabase } from '@keepup/database-sqlite'

/** How much a database of threads holds. */
export interface StoreStatistics {
  readonly threads: number
  /** Forks among the threads. */
  readonly forks: number
  readonly entries: number
  /** Entries whose data was erased. */
  readonly erased: number
  /** Signals that wait. */
  readonly signals: number
  readonly snapshots: number
  readonly artifacts: number
  /** In bytes: the data of entries, as the codec wrote it. */
  readonly dataSize: number
  /** In bytes. */
  readonly artifactSize: number
}

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
