import type { StoreStatistics } from '@keepup/checkpoint/backend'
import { type PostgresDatabase, statement } from '@keepup/database-postgres'

const count = statement<StoreStatistics>(
  `SELECT (SELECT count(*) FROM thread WHERE created IS NOT NULL) AS threads,
     (SELECT count(*) FROM thread WHERE origin IS NOT NULL) AS forks,
     (SELECT count(*) FROM entry) AS entries,
     (SELECT count(*) FROM entry WHERE data IS NULL) AS erased,
     (SELECT count(*) FROM signal WHERE data IS NOT NULL) AS signals,
     (SELECT count(*) FROM snapshot) AS snapshots,
     (SELECT count(*) FROM artifact WHERE hash IS NOT NULL) AS artifacts,
     (SELECT coalesce(sum(octet_length(data)), 0)::bigint FROM entry) AS "dataSize",
     (SELECT coalesce(sum(size), 0)::bigint FROM artifact WHERE hash IS NOT NULL) AS "artifactSize"`,
)
const size = statement<{ size: number }>(
  `SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint AS size FROM pg_class
   WHERE relkind = 'r' AND relnamespace = $1::regnamespace`,
)

/** Counts what the tables of `postgresCheckpointer` hold, on one view of them. Reads every row once. */
export async function storeStatistics(database: PostgresDatabase): Promise<StoreStatistics> {
  const [found] = await database.query(count, [])
  if (found !== undefined) return found
  throw new Error('A statement without conditions gave no row.')
}

/** What all tables of the schema take on the server's disk, in bytes: also old versions of rows that no VACUUM has taken yet. */
export async function storeSize(database: PostgresDatabase): Promise<number> {
  const [found] = await database.query(size, [database.schema])
  return found?.size ?? 0
}
