import { type Actor, joinLabels, KeepupError, type Label, trustedLabel } from '@keepup/core'

import type { StoredEvidence } from '../contract/evidence.ts'
import type { NewFact, Remembered } from '../contract/facts.ts'
import type { MemoryChange } from '../contract/memory-change.ts'
import type { MemoryItem } from '../contract/memory-item.ts'
import type { ScopeId } from '../contract/scope.ts'
import { addItem } from '../items/add-item.ts'
import { appendToScope } from './append-to-scope.ts'
import { changedEntry } from './entry-types.ts'
import { findSources } from './find-sources.ts'
import { openItems } from './open-items.ts'
import type { ResolvedParts } from './parts.ts'

const longestText = 10_000

/** Who remembers something, and how sure it is. */
export interface Remembering {
  readonly by: Actor
  readonly producer: string
  /** Waits for a person where it is not trusted. */
  readonly review: boolean
  readonly why: string
}

/** Remembers a fact on purpose. What a person says holds at once, and ends what it contradicts; what others say waits for a person where it wants to be pinned. */
export async function remember(
  parts: ResolvedParts,
  scope: ScopeId,
  fact: NewFact,
  { by, producer, review, why }: Remembering,
): Promise<Remembered> {
  if (fact.text.trim() === '' || fact.text.length > longestText) throw wrongText(fact.text.length)
  const sources = await findSources(parts, scope, fact.sources ?? [])
  const { history, at } = await openItems(parts, scope)
  const label = labelOf(fact, sources, by)
  const item: Omit<MemoryItem, 'id'> = {
    ...textsOf(fact),
    recordedAt: parts.clock.now(),
    status: review || (fact.pinned === true && label.integrity !== 'trusted') ? 'proposed' : 'active',
    sources: sources.map(({ id }) => id).toSorted(),
    sessions: [...new Set(sources.map(({ session }) => session))].toSorted(),
    derivedFrom: [...(fact.derivedFrom ?? [])].toSorted(),
    contradicts: [],
    stale: false,
    pinned: fact.pinned ?? false,
    established: by === 'user',
    dormant: false,
    lastUsedAt: parts.clock.now(),
    label,
    producer,
    by,
  }
  const { id, changes, outcome, superseded } = addItem(history.itemsAt(at), item)
  if (changes.length > 0) await append(parts, scope, by, why, changes)
  return { id, outcome, superseded }
}

async function append(
  parts: ResolvedParts,
  scope: ScopeId,
  by: Actor,
  why: string,
  changes: readonly MemoryChange[],
): Promise<void> {
  await appendToScope(parts, scope, [changedEntry(parts, by, { why, changes })])
}

function textsOf(fact: NewFact): Pick<MemoryItem, 'kind' | 'text'> & Partial<MemoryItem> {
  const { kind = 'semantic', text, subject, attribute, value, validFrom, validTo } = fact
  return {
    kind,
    text: text.trim(),
    ...(subject === undefined ? {} : { subject }),
    ...(attribute === undefined ? {} : { attribute }),
    ...(value === undefined ? {} : { value }),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validTo === undefined ? {} : { validTo }),
  }
}

/** The join of the sources' labels and of who says it: nothing becomes more trusted by being remembered. */
function labelOf(fact: NewFact, sources: readonly StoredEvidence[], by: Actor): Label {
  const own: Label = { ...trustedLabel, integrity: by === 'user' ? 'trusted' : 'free-text', sources: [by] }
  const said = fact.label === undefined ? own : joinLabels(own, fact.label)
  return sources.reduce((label, source) => joinLabels(label, source.label), said)
}

function wrongText(length: number): KeepupError {
  return new KeepupError(
    'input-invalid',
    `A fact has ${length} characters; it must have 1 to ${longestText}. Say in short what is to be remembered, and observe the rest.`,
  )
}
