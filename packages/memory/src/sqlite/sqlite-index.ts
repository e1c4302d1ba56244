import type { KeyRing } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import { createDocumentStems } from '../backend/document-stems.ts'
import { bodyPlaces, readDocuments, readEvidenceBodies, readVersions } from '../backend/read-bodies.ts'
import { type RowCodec, rowCodec } from '../backend/row-codec.ts'
import { vectorOf } from '../backend/vector-bytes.ts'
import type { IndexPosition, MemoryIndex } from '../contract/memory-index.ts'
import type { ScopeId } from '../contract/scope.ts'
import { applyBatch, clearScope, type IndexWork, keepVectors } from './apply-batch.ts'
import { migrations, owner } from './migrations.ts'
import { matchingRows, placeList, placesOf, sequenceOf, toBodies } from './places.ts'
import { prepareStatements, type ScopeRow } from './statements.ts'

/** A scope without rows. */
const nowhere: IndexPosition = { applied: 0, generation: 0 }

/** The parts of {@link sqliteIndex}. */
export interface SqliteIndexOptions {
  /** Encrypts what rows say, each scope under a key of its own, and what they are found by. */
  readonly keys?: KeyRing
}

/**
 * Keeps the rows of a memory in a SQLite database, which stays the caller's to close. It makes and migrates its tables at once. Any number of processes may work
 * on one file.
 */
export function sqliteIndex(database: SqliteDatabase, options: SqliteIndexOptions = {}): MemoryIndex {
  database.migrate(owner, migrations)
  const statements = prepareStatements(database)
  const work: IndexWork = { database, statements, stemsOf: createDocumentStems(), keys: options.keys }

  /** Reads rows of a scope that is there; `missing` where it is not. */
  async function read<T>(
    scope: ScopeId,
    missing: T,
    body: (row: ScopeRow, codec: RowCodec) => T,
  ): Promise<T> {
    const codec = await rowCodec(work.keys, scope)
    return database.read(() => {
      const row = statements.scope.get(scope)
      return row === undefined ? missing : body(row, codec)
    })
  }

  return {
    position: (scope) => database.read(() => statements.scope.get(scope) ?? nowhere),
    apply: (scope, batch) => applyBatch(work, scope, batch),
    documents: (scope, range) =>
      read(scope, [], (row, codec) =>
        readDocuments(toBodies(statements.documents.all(...placesOf(row, range))), codec),
      ),
    documentsAt: (scope, sequences) =>
      read(scope, [], (row, codec) =>
        readDocuments(toBodies(statements.documentsAt.all(placeList(row, sequences))), codec),
      ),
    evidence: (scope, sequences) =>
      read(scope, [], (row, codec) =>
        readEvidenceBodies(toBodies(statements.evidenceAt.all(placeList(row, sequences))), codec, sequences),
      ),
    findEvidence: (scope, ids) =>
      read(scope, [], (row, codec) => {
        const terms = JSON.stringify(ids.map((id) => codec.term(id)))
        return readEvidenceBodies(toBodies(statements.evidenceOf.all(row.id, terms)), codec)
      }),
    countEvidence: (scope, range) =>
      read(scope, 0, (row) => statements.count.get(...placesOf(row, range)) ?? 0),
    matching: (scope, stem, range, limit) =>
      read(scope, [], (row, codec) => matchingRows(statements, row, codec.term(stem), range, limit)),
    versions: (scope, range, item) =>
      read(scope, [], (row, codec) => {
        const rows = statements.versions.all(...placesOf(row, range))
        const bodies = rows.map(([place, id, body]) => ({ sequence: sequenceOf(place), id, body }))
        const wanted = item === undefined ? bodies : bodies.filter(({ id }) => id === codec.term(item))
        return readVersions(wanted, codec)
      }),
    vectors: (scope, embedder, range) =>
      read(scope, [], (row, codec) =>
        statements.vectors.all(embedder, ...placesOf(row, range)).map(([place, body]) => {
          const sequence = sequenceOf(place)
          const text = codec.read(bodyPlaces.vector(sequence), body)
          return { sequence, vector: vectorOf(Buffer.from(text, 'base64')) }
        }),
      ),
    keepVectors: (scope, embedder, vectors) => keepVectors(work, scope, embedder, vectors),
    clear: (scope, what) => clearScope(work, scope, what),
  }
}
