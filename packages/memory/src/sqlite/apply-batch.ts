import type { KeyRing, Sequence } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import type { createDocumentStems } from '../backend/document-stems.ts'
import { documentOf, documentText } from '../backend/document-text.ts'
import { bodyPlaces } from '../backend/read-bodies.ts'
import { type RowCodec, rowCodec, rowScope } from '../backend/row-codec.ts'
import { vectorBytes } from '../backend/vector-bytes.ts'
import type { IndexBatch } from '../contract/memory-index.ts'
import type { ScopeId } from '../contract/scope.ts'
import { placeOf, placesOf, sequenceOf, stemsText } from './places.ts'
import type { ScopeRow, Statements } from './statements.ts'

/** What the index works with. */
export interface IndexWork {
  readonly database: SqliteDatabase
  readonly statements: Statements
  readonly stemsOf: ReturnType<typeof createDocumentStems>
  readonly keys: KeyRing | undefined
}

/** See `MemoryIndex.apply`. */
export async function applyBatch(work: IndexWork, scope: ScopeId, batch: IndexBatch): Promise<boolean> {
  const codec = await rowCodec(work.keys, scope)
  const { statements } = work
  return work.database.write('process', () => {
    statements.addScope.run(scope)
    const row = statements.scope.get(scope)
    if (row?.applied !== batch.after) return false
    for (const { document, evidence } of batch.evidence) {
      const { sequence } = document
      const place = placeOf(row, sequence)
      const documentBody = codec.write(bodyPlaces.document(sequence), documentText(document))
      const evidenceBody = codec.write(bodyPlaces.evidence(sequence), JSON.stringify(evidence))
      statements.addEvidence.run(place, codec.term(evidence.id), documentBody, evidenceBody)
      statements.addStems.run(place, stemsText(row, work.stemsOf(document, codec)))
    }
    for (const { sequence, item } of batch.versions) {
      const id = codec.term(item.id)
      const body = codec.write(bodyPlaces.version(sequence, id), JSON.stringify(item))
      statements.addVersion.run(placeOf(row, sequence), id, body)
    }
    statements.move.run(batch.through, row.id)
    return true
  })
}

/** See `MemoryIndex.keepVectors`. */
export async function keepVectors(
  work: IndexWork,
  scope: ScopeId,
  embedder: string,
  vectors: readonly { readonly sequence: Sequence; readonly vector: Float32Array }[],
): Promise<void> {
  const codec = await rowCodec(work.keys, scope)
  const { statements } = work
  await work.database.write('process', () => {
    const row = statements.scope.get(scope)
    if (row === undefined) return
    for (const { sequence, vector } of vectors) {
      const text = Buffer.from(vectorBytes(vector)).toString('base64')
      const body = codec.write(bodyPlaces.vector(sequence), text)
      statements.addVector.run(embedder, body, placeOf(row, sequence))
    }
  })
}

/** See `MemoryIndex.clear`. */
export async function clearScope(work: IndexWork, scope: ScopeId, what: 'rows' | 'traces'): Promise<void> {
  const codec = await rowCodec(work.keys, scope)
  await work.database.write('power', () => removeRows(work, scope, codec))
  if (what === 'rows') return
  await work.keys?.destroy(rowScope(scope))
  await work.database.shred()
}

function removeRows({ statements, stemsOf }: IndexWork, scope: ScopeId, codec: RowCodec): void {
  const row: ScopeRow | undefined = statements.scope.get(scope)
  if (row === undefined) return
  const all = placesOf(row, { after: -1, through: Number.MAX_SAFE_INTEGER })
  for (const [place, body] of statements.documents.all(...all)) {
    const sequence = sequenceOf(place)
    const document = documentOf(sequence, codec.read(bodyPlaces.document(sequence), body))
    // A table of words without its texts must be told what it is to forget.
    statements.removeStems.run(place, stemsText(row, stemsOf(document, codec)))
  }
  statements.removeEvidence.run(...all)
  statements.removeVersions.run(...all)
  statements.removeVectors.run(...all)
  statements.restart.run(row.id)
}
