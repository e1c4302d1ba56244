/** The tables of version 1. A released version never changes. */
export const tables = `
-- Tokens and the order of changes are counted for the whole schema, so that they outlive leases and threads.
CREATE SEQUENCE last_token;
CREATE SEQUENCE last_change;

-- A row without "created" is a name that was leased or signalled, but never written to. "hash" is that of the chain at the head;
-- null where the thread has no entry. Every commit changes "head" and "hash" in place, for which a page keeps room.
CREATE TABLE thread (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  many boolean NOT NULL DEFAULT false,
  created bigint,
  changed bigint,
  due bigint,
  origin bigint REFERENCES thread,
  token bigint,
  expires bigint,
  base integer,
  origin_at integer,
  head integer NOT NULL DEFAULT 0,
  hash bytea,
  owner text
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX thread_changed ON thread (changed) WHERE changed IS NOT NULL;
CREATE INDEX thread_due ON thread (due) WHERE due IS NOT NULL;
CREATE INDEX thread_origin ON thread (origin) WHERE origin IS NOT NULL;

-- "part" counts within a commit from 0. "kind" is type, version, critical and by, with a space between. "cause" is an earlier entry,
-- "label" a table without leaves; "rare" is JSON of a signal that is the cause, labels with leaves, scope, until, artifacts and id, where
-- there is any of them. "seal" is the hash and the salt; or, once "data" was erased, the hash and the hash of salt and data.
CREATE TABLE entry (
  thread bigint NOT NULL,
  time bigint NOT NULL,
  sequence integer NOT NULL,
  part integer NOT NULL,
  cause integer,
  checksum integer NOT NULL,
  kind text NOT NULL,
  id text COLLATE "C",
  rare text,
  label bytea,
  seal bytea NOT NULL,
  data bytea,
  PRIMARY KEY (thread, sequence)
);
CREATE UNIQUE INDEX entry_id ON entry (thread, id) WHERE id IS NOT NULL;

CREATE TABLE rewind (
  thread bigint NOT NULL,
  sequence integer NOT NULL,
  target integer NOT NULL,
  PRIMARY KEY (thread, sequence)
);

-- Named by their hash, so that writers need not ask for a number.
CREATE TABLE label (id bytea PRIMARY KEY, text text NOT NULL);

-- A signal that was taken keeps its id, so that sending it again does nothing. Positions are given under the thread's lock: they ascend.
CREATE TABLE signal (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  thread bigint NOT NULL,
  time bigint,
  id text COLLATE "C" NOT NULL,
  channel text COLLATE "C" NOT NULL,
  type text,
  by text,
  labels text,
  data bytea,
  UNIQUE (thread, id)
);
CREATE INDEX signal_waiting ON signal (thread, channel, position) WHERE data IS NOT NULL;

CREATE TABLE snapshot (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  thread bigint NOT NULL,
  version bigint NOT NULL,
  at integer NOT NULL,
  fold text COLLATE "C" NOT NULL,
  bytes bytea NOT NULL,
  UNIQUE (thread, fold, at, version)
);

-- A row without "hash" is being written by "writer".
CREATE TABLE artifact (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  size bigint NOT NULL,
  put bigint NOT NULL,
  hash bytea UNIQUE,
  label bytea NOT NULL,
  media_type text NOT NULL,
  writer text
);
CREATE TABLE artifact_chunk (
  artifact bigint NOT NULL REFERENCES artifact ON DELETE CASCADE,
  number integer NOT NULL,
  digest bytea NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (artifact, number)
);
ALTER TABLE artifact_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE TABLE artifact_use (
  artifact bigint NOT NULL,
  thread bigint NOT NULL,
  sequence integer NOT NULL,
  PRIMARY KEY (thread, sequence, artifact)
);
CREATE INDEX artifact_use_artifact ON artifact_use (artifact);
`
