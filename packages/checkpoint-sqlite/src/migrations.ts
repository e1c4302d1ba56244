import type { Migration } from '@keepup/database-sqlite'

/** The owner of these tables, in the database's list of migrations. */
export const owner = 'checkpoint'

const version1 = `
-- A row without "created" is a name that was leased or signalled, but never written to.
CREATE TABLE thread (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  many INTEGER NOT NULL DEFAULT 0,
  created INTEGER,
  changed INTEGER,
  due INTEGER,
  base INTEGER,
  origin INTEGER REFERENCES thread,
  origin_at INTEGER
) STRICT;
CREATE UNIQUE INDEX thread_changed ON thread (changed) WHERE changed IS NOT NULL;
CREATE INDEX thread_due ON thread (due) WHERE due IS NOT NULL;
CREATE INDEX thread_origin ON thread (origin) WHERE origin IS NOT NULL;

-- "place" is the thread's id times 2^32 plus the sequence: one tree, in which the entries of a thread lie together.
-- "part" counts within a commit from 0. "cause" is an earlier entry, "label" a table without leaves;
-- "rare" is JSON of a signal that is the cause, labels with leaves, scope, until, artifacts and id, where there is any of them.
-- "seal" is the hash and the salt; or, once "data" was erased, the hash and the hash of salt and data.
CREATE TABLE entry (
  place INTEGER PRIMARY KEY,
  part INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  time INTEGER NOT NULL,
  cause INTEGER,
  label INTEGER,
  rare TEXT,
  id TEXT,
  checksum INTEGER NOT NULL,
  seal BLOB NOT NULL,
  data TEXT
) STRICT;
CREATE UNIQUE INDEX entry_id ON entry (place >> 32, id) WHERE id IS NOT NULL;

CREATE TABLE rewind (
  thread INTEGER NOT NULL REFERENCES thread ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  target INTEGER NOT NULL,
  PRIMARY KEY (thread, sequence)
) STRICT, WITHOUT ROWID;

-- What repeats in headers: type, version, critical and by, with a space between.
CREATE TABLE kind (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE label (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE lease (
  thread INTEGER PRIMARY KEY REFERENCES thread ON DELETE CASCADE,
  token INTEGER NOT NULL,
  owner TEXT NOT NULL,
  expires INTEGER NOT NULL
) STRICT;
-- Tokens are given once for the whole database, so that they outlive leases and threads.
CREATE TABLE last_token (token INTEGER NOT NULL) STRICT;
INSERT INTO last_token VALUES (0);

-- A signal that was taken keeps its id, so that sending it again does nothing.
CREATE TABLE signal (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  thread INTEGER NOT NULL REFERENCES thread ON DELETE CASCADE,
  id TEXT NOT NULL,
  channel TEXT NOT NULL,
  type TEXT,
  time INTEGER,
  by TEXT,
  labels TEXT,
  data BLOB,
  UNIQUE (thread, id)
) STRICT;
CREATE INDEX signal_waiting ON signal (thread, channel, position) WHERE data IS NOT NULL;

CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY,
  thread INTEGER NOT NULL REFERENCES thread ON DELETE CASCADE,
  fold TEXT NOT NULL,
  at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (thread, fold, at, version)
) STRICT;

-- A row without "hash" is being written by "writer".
CREATE TABLE artifact (
  id INTEGER PRIMARY KEY,
  hash BLOB UNIQUE,
  size INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  label INTEGER NOT NULL,
  put INTEGER NOT NULL,
  writer TEXT
) STRICT;
-- "place" is the artifact's id times 2^24 plus the number of the chunk.
CREATE TABLE artifact_chunk (place INTEGER PRIMARY KEY, digest BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE TABLE artifact_use (
  artifact INTEGER NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY (artifact, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX artifact_use_place ON artifact_use (place);
`

const version2 = `
-- How many erasures have touched the history of a thread.
ALTER TABLE thread ADD COLUMN erasures INTEGER NOT NULL DEFAULT 0;
`

/** Every version of the tables, oldest first. A released one never changes. */
export const migrations: readonly Migration[] = [
  { release: '0.1.0', up: version1 },
  { release: '0.1.0', up: version2 },
]
