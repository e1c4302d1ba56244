import type { Migration } from '@keepup/database-sqlite'

/** The owner of these tables, in the database's list of migrations. */
export const owner = 'memory'

const version1 = `
CREATE TABLE memory_scope (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  applied INTEGER NOT NULL DEFAULT 0,
  generation INTEGER NOT NULL DEFAULT 0
) STRICT;

-- "place" is the scope's id times 2^32 plus the sequence: one tree, in which the rows of a scope lie together.
-- "document" is what the ranker needs, "evidence" the whole; both are sealed where there are keys, and "id" is a code of it then.
CREATE TABLE memory_evidence (
  place INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  document ANY NOT NULL,
  evidence ANY NOT NULL
) STRICT;
CREATE INDEX memory_evidence_id ON memory_evidence (place >> 32, id);

CREATE TABLE memory_version (
  place INTEGER NOT NULL,
  item TEXT NOT NULL,
  body ANY NOT NULL,
  PRIMARY KEY (place, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE memory_vector (
  place INTEGER NOT NULL,
  embedder TEXT NOT NULL,
  vector ANY NOT NULL,
  PRIMARY KEY (place, embedder)
) STRICT, WITHOUT ROWID;

-- Every stem with its scope before it, so that one lookup finds the documents of one scope. Its rows are "memory_evidence".
CREATE VIRTUAL TABLE memory_stem USING fts5 (stems, content='', detail=none, tokenize="unicode61 remove_diacritics 0");
-- What is deleted leaves its pages at once, not with a later merge.
INSERT INTO memory_stem (memory_stem, rank) VALUES ('secure-delete', 1);
`

/** Every version of the tables, oldest first. A released one never changes. */
export const migrations: readonly Migration[] = [{ release: '0.1.0', up: version1 }]
