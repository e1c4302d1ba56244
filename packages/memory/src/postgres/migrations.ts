import type { PostgresMigration } from '@keepup/database-postgres'

/** The owner of these tables, in the schema's list of migrations. */
export const owner = 'memory'

const version1 = `
CREATE TABLE memory_scope (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  applied bigint NOT NULL DEFAULT 0,
  generation bigint NOT NULL DEFAULT 0
);
-- "document" is what the ranker needs, "evidence" the whole, "stems" what it is found by among many; all are sealed or coded where there are keys.
CREATE TABLE memory_evidence (
  scope bigint NOT NULL REFERENCES memory_scope,
  sequence bigint NOT NULL,
  id text NOT NULL,
  document bytea NOT NULL,
  evidence bytea NOT NULL,
  stems text[] NOT NULL,
  PRIMARY KEY (scope, sequence)
);
CREATE INDEX memory_evidence_id ON memory_evidence (scope, id);
CREATE INDEX memory_evidence_stems ON memory_evidence USING gin (stems);
CREATE TABLE memory_version (
  scope bigint NOT NULL REFERENCES memory_scope,
  sequence bigint NOT NULL,
  item text NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (scope, sequence, item)
);
CREATE TABLE memory_vector (
  scope bigint NOT NULL,
  sequence bigint NOT NULL,
  embedder text NOT NULL,
  vector bytea NOT NULL,
  PRIMARY KEY (scope, sequence, embedder),
  FOREIGN KEY (scope, sequence) REFERENCES memory_evidence ON DELETE CASCADE
);
`

/** Every version of the tables, oldest first. A released one never changes. */
export const migrations: readonly PostgresMigration[] = [{ release: '0.1.0', up: version1 }]
