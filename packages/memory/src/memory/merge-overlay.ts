import { KeepupError } from '@keepup/core'
import { trustedLabel } from '@keepup/core'
import { joinLabels, type Sequence } from '@keepup/core'

import type { MemoryChange } from '../contract/memory-change.ts'
import type { MemoryItem } from '../contract/memory-item.ts'
import { overlayOrigin, type ScopeId } from '../contract/scope.ts'
import { addItem } from '../items/add-item.ts'
import { appendToScope } from './append-to-scope.ts'
import { catchUp, loadHistory } from './catch-up.ts'
import type { Reason } from './change-items.ts'
import { changedEntry, unbounded } from './entry-types.ts'
import { observedEntry } from './observed-entry.ts'
import { openItems } from './open-items.ts'
import type { ResolvedParts } from './parts.ts'

/** What a merge proposes. */
export interface Merged {
  /** Pieces of evidence that the scope did not have. */
  readonly evidence: number
  /** Items that wait for a person in the scope now. */
  readonly proposed: readonly string[]
  /** Items of the scope that the overlay changed: nothing is done with that. */
  readonly changedThere: readonly string[]
}

const batchSize = 500

/**
 * Gives what a fork remembered back to the scope that it was forked off: what was said there is evidence here too, and every item that the fork holds and the scope does
 * not waits for a person. Merging twice proposes nothing twice.
 */
export async function mergeOverlay(parts: ResolvedParts, overlay: ScopeId, reason: Reason): Promise<Merged> {
  const origin = overlayOrigin(overlay)
  if (origin === undefined) {
    const message = `${overlay} is no overlay of a fork. Name one, as \`list\` shows them.`
    throw new KeepupError('input-invalid', message, { details: { scope: overlay } })
  }
  await catchUp(parts, overlay)
  const evidence = await copyEvidence(parts, overlay, origin.base, origin.at)
  const there = (await loadHistory(parts, overlay)).itemsAt(unbounded)
  const before = (await loadHistory(parts, origin.base, origin.at)).itemsAt(origin.at)
  const known = new Map(before.map((item) => [item.id, item]))
  const { history } = await openItems(parts, origin.base)
  const proposed: string[] = []
  const changes: MemoryChange[] = []
  for (const item of there.filter(({ id }) => !known.has(id))) {
    if (item.retractedAt !== undefined || item.status === 'rejected') continue
    const added = addItem(history.itemsAt(unbounded), asProposal(item, parts.clock.now()))
    if (added.outcome !== 'proposed') continue
    history.apply(unbounded, added.changes)
    changes.push(...added.changes)
    proposed.push(added.id)
  }
  if (changes.length > 0) {
    await appendToScope(parts, origin.base, [changedEntry(parts, reason.by, { why: reason.why, changes })])
  }
  const changedThere = there.filter((item) => isChanged(known.get(item.id), item)).map(({ id }) => id)
  return { evidence, proposed, changedThere }
}

async function copyEvidence(
  parts: ResolvedParts,
  overlay: ScopeId,
  base: ScopeId,
  after: Sequence,
): Promise<number> {
  const documents = await parts.index.documents(overlay, { after, through: unbounded })
  let copied = 0
  for (let at = 0; at < documents.length; at += batchSize) {
    const sequences = documents.slice(at, at + batchSize).map(({ sequence }) => sequence)
    const texts = await parts.index.evidence(overlay, sequences)
    const made = await appendToScope(
      parts,
      base,
      texts.map(({ sequence: _, ...evidence }) => observedEntry(parts, evidence)),
    )
    copied += made.length
  }
  return copied
}

/** Whatever it was there, a person decides here. That it came from a fork stays with it. */
function asProposal({ id: _, ...item }: MemoryItem, now: number): Omit<MemoryItem, 'id'> {
  const label = joinLabels(item.label, { ...trustedLabel, sources: ['fork'] })
  return { ...item, status: 'proposed', recordedAt: now, label }
}

function isChanged(before: MemoryItem | undefined, after: MemoryItem): boolean {
  return before !== undefined && JSON.stringify(before) !== JSON.stringify(after)
}
