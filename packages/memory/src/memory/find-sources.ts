import { KeepupError } from '@keepup/core'

import type { EvidenceId, StoredEvidence } from '../contract/evidence.ts'
import type { ScopeId } from '../contract/scope.ts'
import { catchUp } from './catch-up.ts'
import type { ResolvedParts } from './parts.ts'
import { linesOf } from './scope-lines.ts'

/** The evidence of those names. Fails `input-invalid` for a name that the scope does not have. */
export async function findSources(
  parts: ResolvedParts,
  scope: ScopeId,
  ids: readonly EvidenceId[],
): Promise<readonly StoredEvidence[]> {
  if (ids.length === 0) return []
  await catchUp(parts, scope)
  const found = await readNamed(parts, scope, ids)
  const missing = ids.find((id) => !found.some((each) => each.id === id))
  if (missing === undefined) return found
  throw new KeepupError(
    'input-invalid',
    `${scope} has no evidence ${missing}, which a fact gives as its source. Observe it first, or leave it out.`,
    { details: { scope, evidence: missing } },
  )
}

/** The evidence of those names, as far as the scope has it. */
export async function readNamed(
  { index }: ResolvedParts,
  scope: ScopeId,
  ids: readonly EvidenceId[],
): Promise<readonly StoredEvidence[]> {
  const found: StoredEvidence[] = []
  for (const { scope: line, range } of linesOf(scope)) {
    const within = await index.findEvidence(line, ids)
    found.push(...within.filter(({ sequence }) => sequence > range.after && sequence <= range.through))
  }
  return found
}
