import type { Migration } from '@keepup/database-sqlite'

/** The owner of these tables, in the database's list of migrations. */
export const owner = 'cluster'

const version1 = `
-- "position" is the order in which jobs came to their state. "holder" is JSON of who has claimed the job, and until when.
CREATE TABLE run_job (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  state TEXT NOT NULL,
  thread TEXT NOT NULL,
  reason TEXT NOT NULL,
  tenant TEXT NOT NULL,
  priority INTEGER NOT NULL,
  due INTEGER NOT NULL,
  above INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  failure TEXT,
  since INTEGER NOT NULL,
  holder TEXT,
  UNIQUE (thread, state)
) STRICT;
CREATE INDEX run_job_line ON run_job (state, priority DESC, position);
CREATE TABLE run_start (tenant TEXT NOT NULL, time INTEGER NOT NULL) STRICT;
CREATE INDEX run_start_time ON run_start (tenant, time);
CREATE TABLE run_worker (id TEXT PRIMARY KEY, owner TEXT NOT NULL, version INTEGER NOT NULL, seen INTEGER NOT NULL) STRICT;
-- One row where no claims are given.
CREATE TABLE run_pause (since INTEGER NOT NULL) STRICT;
`

/** Every version of the tables, oldest first. A released one never changes. */
export const migrations: readonly Migration[] = [{ release: '0.1.0', up: version1 }]
