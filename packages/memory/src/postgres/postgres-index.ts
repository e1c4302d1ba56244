import { KeepupError, type KeyRing } from '@keepup/core'
import type { PostgresDatabase, PostgresSession } from '@keepup/database-postgres'

import { createDocumentStems } from '../backend/document-stems.ts'
import { documentText } from '../backend/document-text.ts'
import { bodyPlaces, readDocuments, readEvidenceBodies, readVersions } from '../backend/read-bodies.ts'
import { type RowCodec, rowCodec, rowScope } from '../backend/row-codec.ts'
import { vectorBytes, vectorOf } from '../backend/vector-bytes.ts'
import type { IndexBatch, IndexRange, MemoryIndex } from '../contract/memory-index.ts'
import type { ScopeId } from '../contract/scope.ts'
import { migrations, owner } from './migrations.ts'
import * as statements from './scope-statements.ts'

/** The parts of {@link postgresIndex}. */
export interface PostgresIndexOptions {
  /** Encrypts what rows say, each scope under a key of its own. Without one nothing can be erased for good: a server keeps what was deleted in its log and backups. */
  readonly keys?: KeyRing
}

interface Work {
  readonly database: PostgresDatabase
  readonly stemsOf: ReturnType<typeof createDocumentStems>
  readonly keys: KeyRing | undefined
}

/** Keeps the rows of a memory in a schema of PostgreSQL, which stays the caller's to close. It makes and migrates its tables at once. */
export async function postgresIndex(
  database: PostgresDatabase,
  options: PostgresIndexOptions = {},
): Promise<MemoryIndex> {
  await database.migrate(owner, migrations)
  const work: Work = { database, stemsOf: createDocumentStems(), keys: options.keys }
  return { ...evidenceRows(work), ...versionRows(work), ...vectorRows(work), ...changes(work) }
}

type Reads =
  | 'position'
  | 'documents'
  | 'documentsAt'
  | 'evidence'
  | 'findEvidence'
  | 'countEvidence'
  | 'matching'

function evidenceRows({ database, keys }: Work): Pick<MemoryIndex, Reads> {
  return {
    position: async (scope) => {
      const [row] = await database.query(statements.findScope, [scope])
      return { applied: row?.applied ?? 0, generation: row?.generation ?? 0 }
    },
    documents: async (scope, range) => {
      const rows = await database.query(statements.documentRows, within(scope, range))
      return readDocuments(rows, await rowCodec(keys, scope))
    },
    documentsAt: async (scope, sequences) => {
      const rows = await database.query(statements.documentRowsAt, [scope, sequences])
      return readDocuments(rows, await rowCodec(keys, scope))
    },
    evidence: async (scope, sequences) => {
      const rows = await database.query(statements.evidenceRowsAt, [scope, sequences])
      return readEvidenceBodies(rows, await rowCodec(keys, scope), sequences)
    },
    findEvidence: async (scope, ids) => {
      const codec = await rowCodec(keys, scope)
      const terms = ids.map((id) => codec.term(id))
      return readEvidenceBodies(await database.query(statements.evidenceRowsOf, [scope, terms]), codec)
    },
    countEvidence: async (scope, range) =>
      (await database.query(statements.countRows, within(scope, range)))[0]?.amount ?? 0,
    matching: async (scope, stem, range, limit) => {
      const term = (await rowCodec(keys, scope)).term(stem)
      const rows = await database.query(statements.matchingRows, [...within(scope, range), term, limit])
      return rows.map(({ sequence }) => sequence)
    },
  }
}

function versionRows({ database, keys }: Work): Pick<MemoryIndex, 'versions'> {
  return {
    versions: async (scope, range, item) => {
      const codec = await rowCodec(keys, scope)
      const rows = await database.query(statements.versionRows, within(scope, range))
      const bodies = rows.map((row) => ({ ...row, id: row.item }))
      return readVersions(
        item === undefined ? bodies : bodies.filter(({ id }) => id === codec.term(item)),
        codec,
      )
    },
  }
}

function vectorRows({ database, keys }: Work): Pick<MemoryIndex, 'vectors' | 'keepVectors'> {
  return {
    vectors: async (scope, embedder, range) => {
      const codec = await rowCodec(keys, scope)
      const rows = await database.query(statements.vectorRows, [...within(scope, range), embedder])
      return rows.map(({ sequence, body }) => ({
        sequence,
        vector: vectorOf(Buffer.from(codec.read(bodyPlaces.vector(sequence), body), 'base64')),
      }))
    },
    keepVectors: async (scope, embedder, vectors) => {
      const codec = await rowCodec(keys, scope)
      await database.write('process', async (session) => {
        for (const { sequence, vector } of vectors) {
          const text = Buffer.from(vectorBytes(vector)).toString('base64')
          const body = bytesOf(codec.write(bodyPlaces.vector(sequence), text))
          await session.change(statements.addVector, scope, sequence, embedder, body)
        }
      })
    },
  }
}

function changes(work: Work): Pick<MemoryIndex, 'apply' | 'clear'> {
  return {
    apply: async (scope, batch) => applyBatch(work, scope, batch, await rowCodec(work.keys, scope)),
    clear: async (scope, what) => {
      if (what === 'traces' && work.keys === undefined) throw keysRequired(scope)
      await work.database.write('power', (session) => removeRows(session, scope))
      if (what === 'traces') await work.keys?.destroy(rowScope(scope))
    },
  }
}

function applyBatch(work: Work, scope: ScopeId, batch: IndexBatch, codec: RowCodec): Promise<boolean> {
  return work.database.write('process', async (session) => {
    await session.change(statements.addScope, scope)
    const [row] = await session.query(statements.lockScope, scope)
    if (row?.applied !== batch.after) return false
    for (const { document, evidence } of batch.evidence) {
      const { sequence } = document
      await session.change(
        statements.addEvidence,
        row.id,
        sequence,
        codec.term(evidence.id),
        bytesOf(codec.write(bodyPlaces.document(sequence), documentText(document))),
        bytesOf(codec.write(bodyPlaces.evidence(sequence), JSON.stringify(evidence))),
        work.stemsOf(document, codec),
      )
    }
    for (const { sequence, item } of batch.versions) {
      const id = codec.term(item.id)
      const body = bytesOf(codec.write(bodyPlaces.version(sequence, id), JSON.stringify(item)))
      await session.change(statements.addVersion, row.id, sequence, id, body)
    }
    await session.change(statements.moveScope, row.id, batch.through)
    return true
  })
}

async function removeRows(session: PostgresSession, scope: ScopeId): Promise<void> {
  const [row] = await session.query(statements.lockScope, scope)
  if (row === undefined) return
  await session.change(statements.removeEvidence, row.id)
  await session.change(statements.removeVersions, row.id)
  await session.change(statements.restartScope, row.id)
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : body
}

function keysRequired(scope: ScopeId): KeepupError {
  return new KeepupError(
    'keys-required',
    `${scope} cannot be erased for good: its rows lie in PostgreSQL without a key, and a server keeps what was deleted in its log and backups. Nothing was removed. Give the index keys, and rebuild the scope.`,
    { details: { scope } },
  )
}

function within(scope: ScopeId, { after, through }: IndexRange): readonly [ScopeId, number, number] {
  return [scope, after, through]
}
