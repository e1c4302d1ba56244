import { createHash, type Hash as Digest } from 'node:crypto'

import { canonicalJson, type Hash } from '@keepup/core'

import type { MemoryIndex } from '../contract/memory-index.ts'
import type { ScopeId } from '../contract/scope.ts'
import { unbounded } from './entry-types.ts'

const batchSize = 500

/** SHA-256 over every row of a scope, in order: the same on every backend for the same entries. */
export async function hashScope(index: MemoryIndex, scope: ScopeId): Promise<Hash> {
  const hash = createHash('sha256')
  const range = { after: 0, through: unbounded }
  const documents = await index.documents(scope, range)
  for (let at = 0; at < documents.length; at += batchSize) {
    const batch = documents.slice(at, at + batchSize)
    add(hash, batch)
    add(
      hash,
      await index.evidence(
        scope,
        batch.map(({ sequence }) => sequence),
      ),
    )
  }
  const versions = await index.versions(scope, range)
  add(
    hash,
    versions.toSorted((a, b) => a.sequence - b.sequence || (a.item.id < b.item.id ? -1 : 1)),
  )
  return hash.digest('hex')
}

function add(hash: Digest, rows: readonly unknown[]): void {
  // Rows hold what JSON holds: the index wrote them so.
  for (const row of rows) hash.update(`${canonicalJson(JSON.parse(JSON.stringify(row)) as never)}\n`)
}
