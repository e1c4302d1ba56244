import type { EvidenceId, StoredEvidence } from '../contract/evidence.ts'
import type { ScopeId } from '../contract/scope.ts'
import { indexEvidence } from '../recall/index-evidence.ts'
import { rankEarlier } from '../recall/rank-earlier.ts'
import { findSources } from './find-sources.ts'
import type { ResolvedParts } from './parts.ts'
import { linesOf } from './scope-lines.ts'
import { type ScopeReaders } from './scope-readers.ts'

const mostCandidates = 10

/** What the same speaker said before that shares the words of a piece of evidence, most of them first: what it may contradict or update. */
export async function findConflicts(
  parts: ResolvedParts,
  { stemOf }: ScopeReaders,
  scope: ScopeId,
  id: EvidenceId,
): Promise<readonly StoredEvidence[]> {
  const [later] = await findSources(parts, scope, [id])
  if (later === undefined) return []
  const { sequence, ...evidence } = later
  const lines = linesOf(scope, sequence - 1)
  const earlier = (
    await Promise.all(lines.map((line) => parts.index.documents(line.scope, line.range)))
  ).flat()
  const own = earlier.filter(({ speaker, origin }) => speaker === later.speaker && origin === later.origin)
  const { document } = indexEvidence(sequence, evidence)
  const best = rankEarlier(own, document, stemOf).slice(0, mostCandidates)
  const found = await Promise.all(
    lines.map((line) =>
      parts.index.evidence(
        line.scope,
        best.filter((at) => at > line.range.after && at <= line.range.through),
      ),
    ),
  )
  const bySequence = new Map(found.flat().map((each) => [each.sequence, each]))
  return best.flatMap((at) => bySequence.get(at) ?? [])
}
