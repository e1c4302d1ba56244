import type { PostgresMigration } from '@keepup/database-postgres'

/** The owner of these tables, in the database's list of migrations. */
export const owner = 'cluster'

const version1 = `
-- Who has claimed a job of pg-boss, which attempt of it (by our count, and by that of pg-boss), and when that was extended last. A thread is claimed once at a time.
CREATE TABLE run_claim (
  thread text PRIMARY KEY,
  queue text NOT NULL,
  job uuid NOT NULL,
  attempt integer NOT NULL,
  retry integer NOT NULL,
  tenant text NOT NULL,
  worker text NOT NULL,
  owner text NOT NULL,
  since bigint NOT NULL,
  seen bigint NOT NULL
);
CREATE TABLE run_start (tenant text NOT NULL, time bigint NOT NULL);
CREATE INDEX run_start_time ON run_start (tenant, time);
CREATE TABLE run_worker (id text PRIMARY KEY, owner text NOT NULL, version integer NOT NULL, seen bigint NOT NULL);
-- One row where no claims are given.
CREATE TABLE run_pause (since bigint NOT NULL);
`

/** Every version of the tables, oldest first. A released one never changes. */
export const tables: readonly PostgresMigration[] = [{ release: '0.1.0', up: version1 }]
