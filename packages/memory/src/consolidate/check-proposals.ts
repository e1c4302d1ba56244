import { joinLabels, type Label, type Timestamp } from '@keepup/core'

import type { EvidenceId, StoredEvidence } from '../contract/evidence.ts'
import type { MemoryItem, MemoryKind } from '../contract/memory-item.ts'

/** What a model makes of evidence. It says from which words of which piece. */
export interface Proposal {
  readonly kind: MemoryKind
  readonly text: string
  readonly subject?: string
  readonly attribute?: string
  readonly value?: string
  readonly source: EvidenceId
  /** Stands in the source, letter for letter; white space aside. */
  readonly quote: string
}

/** Looks at evidence and proposes items. */
export interface Proposer {
  /** `model:NAME`. */
  readonly name: string
  readonly propose: (evidence: readonly StoredEvidence[]) => Promise<readonly Proposal[]>
}

const shortestQuote = 8
const longestText = 2_000

/** Proposals whose quote stands in their source, as items that wait for a person; the others are counted. A model's word is never trusted. */
export function checkProposals(
  proposals: readonly Proposal[],
  evidence: readonly StoredEvidence[],
  producer: string,
  now: Timestamp,
): { readonly items: readonly Omit<MemoryItem, 'id'>[]; readonly refused: number } {
  const sources = new Map(evidence.map((each) => [each.id, each]))
  const items = proposals.flatMap((proposal) => {
    const source = sources.get(proposal.source)
    return source === undefined || !isSupported(proposal, source)
      ? []
      : [toItem(proposal, source, producer, now)]
  })
  return { items, refused: proposals.length - items.length }
}

function isSupported({ quote, text }: Proposal, source: StoredEvidence): boolean {
  const wanted = plain(quote)
  if (wanted.length < shortestQuote || text.trim() === '' || text.length > longestText) return false
  return plain(source.text).includes(wanted)
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

function toItem(
  proposal: Proposal,
  source: StoredEvidence,
  producer: string,
  now: Timestamp,
): Omit<MemoryItem, 'id'> {
  const { kind, text, subject, attribute, value } = proposal
  const said: Label = { integrity: 'free-text', sources: [producer], readers: 'anyone', confidential: false }
  return {
    kind,
    text: text.trim(),
    ...(subject === undefined ? {} : { subject }),
    ...(attribute === undefined ? {} : { attribute }),
    ...(value === undefined ? {} : { value }),
    recordedAt: now,
    status: 'proposed',
    sources: [source.id],
    sessions: [source.session],
    derivedFrom: [],
    contradicts: [],
    stale: false,
    pinned: kind === 'procedural',
    established: false,
    dormant: false,
    lastUsedAt: source.at,
    label: joinLabels(source.label, said),
    producer,
    by: producer,
    validFrom: source.at,
  }
}
