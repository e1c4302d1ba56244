import type { StoredEvidence } from '../contract/evidence.ts'
import type { RecalledEvidence } from '../contract/recall.ts'
import type { ResolvedParts } from './parts.ts'
import type { Ranked } from './recall.ts'
import { linesOf } from './scope-lines.ts'

/** Reads the texts of what was found, in its order. What was erased meanwhile is left out. */
export async function readEvidence(
  { index }: ResolvedParts,
  ranked: readonly Ranked[],
): Promise<readonly RecalledEvidence[]> {
  const texts = new Map<string, StoredEvidence>()
  for (const scope of new Set(ranked.map((each) => each.scope))) {
    const sequences = ranked.filter((each) => each.scope === scope).map(({ sequence }) => sequence)
    for (const line of linesOf(scope)) {
      const within = sequences.filter((at) => at > line.range.after && at <= line.range.through)
      if (within.length === 0) continue
      for (const stored of await index.evidence(line.scope, within))
        texts.set(`${scope} ${stored.sequence}`, stored)
    }
  }
  return ranked.flatMap(({ scope, sequence, score, parts }) => {
    const stored = texts.get(`${scope} ${sequence}`)
    return stored === undefined ? [] : [{ ...stored, scope, score, parts }]
  })
}
