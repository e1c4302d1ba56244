import { overlayOrigin, type ScopeId } from '../contract/scope.ts'
import { catchUp } from './catch-up.ts'
import { unbounded } from './entry-types.ts'
import type { ResolvedParts } from './parts.ts'

const batchSize = 500

/** Everything that a scope holds of its own, as lines of JSON: what it is, evidence in order, then every version of every item in order. */
export async function* exportScope(parts: ResolvedParts, scope: ScopeId): AsyncIterable<string> {
  const through = await catchUp(parts, scope)
  const range = { after: overlayOrigin(scope)?.at ?? 0, through: unbounded }
  const origin = overlayOrigin(scope)
  yield line({ record: 'memory', version: 1, scope, through, ...(origin === undefined ? {} : { origin }) })
  const documents = await parts.index.documents(scope, range)
  for (let at = 0; at < documents.length; at += batchSize) {
    const sequences = documents.slice(at, at + batchSize).map(({ sequence }) => sequence)
    for (const evidence of await parts.index.evidence(scope, sequences))
      yield line({ record: 'evidence', ...evidence })
  }
  for (const version of await parts.index.versions(scope, range)) yield line({ record: 'item', ...version })
}

function line(record: object): string {
  return `${JSON.stringify(record)}\n`
}
