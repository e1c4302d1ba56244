import type { NewEntry } from '@keepup/core'

import type { Evidence } from '../contract/evidence.ts'
import type { ResolvedParts } from './parts.ts'
import { entryTypes } from './scope-entries.ts'

/** The entry of a piece of evidence. */
export function observedEntry(
  { clock }: ResolvedParts,
  evidence: Evidence,
): NewEntry<'memory-observed', Evidence> {
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
