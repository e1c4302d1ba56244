import type { Evidence } from '../contract/evidence.ts'
import { entryTypes, type MemoryObserved } from './entry-types.ts'
import type { ResolvedParts } from './parts.ts'

/** The entry of a piece of evidence. */
export function observedEntry({ clock }: ResolvedParts, evidence: Evidence): MemoryObserved {
  return {
    type: entryTypes.observed,
    version: 1,
    critical: false,
    time: clock.now(),
    by: evidence.origin === 'user' ? 'user' : 'runtime',
    id: evidence.id,
    labels: { default: evidence.label },
    data: evidence,
  }
}
