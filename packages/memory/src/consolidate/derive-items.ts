import type { Timestamp } from '@keepup/core'

import type { StoredEvidence } from '../contract/evidence.ts'
import type { MemoryItem } from '../contract/memory-item.ts'
import { findFacts } from './find-facts.ts'
import { findRules } from './find-rules.ts'

/** What made an item, with the version of its patterns. */
const producers = { rule: 'rule@1', fact: 'fact@1' } as const

/** The items that a piece of evidence states: only what a person said is looked at, and only where its label is trusted. Rules are pinned. */
export function deriveItems(evidence: StoredEvidence, now: Timestamp): readonly Omit<MemoryItem, 'id'>[] {
  if (evidence.origin !== 'user' || evidence.label.integrity !== 'trusted') return []
  const common = {
    recordedAt: now,
    status: 'active',
    sources: [evidence.id],
    sessions: [evidence.session],
    derivedFrom: [],
    contradicts: [],
    stale: false,
    established: false,
    dormant: false,
    lastUsedAt: evidence.at,
    label: evidence.label,
    by: 'runtime',
    validFrom: evidence.at,
  } as const
  const rules = findRules(evidence.text).map((text): Omit<MemoryItem, 'id'> => ({
    ...common,
    kind: 'procedural',
    text,
    pinned: true,
    producer: producers.rule,
  }))
  const facts = findFacts(evidence.text).map((found): Omit<MemoryItem, 'id'> => ({
    ...common,
    kind: 'semantic',
    ...found,
    pinned: false,
    producer: producers.fact,
  }))
  return [...rules, ...facts]
}
