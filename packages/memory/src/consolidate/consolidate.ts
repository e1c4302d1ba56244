import { currentOwner } from '@keepup/checkpoint'
import type { Entry, Lease, NewEntry, Sequence } from '@keepup/core'

import type { StoredEvidence } from '../contract/evidence.ts'
import type { MemoryChange, MemoryConsolidated } from '../contract/memory-change.ts'
import type { MemoryItem } from '../contract/memory-item.ts'
import { overlayOrigin, type ScopeId } from '../contract/scope.ts'
import { addItem } from '../items/add-item.ts'
import type { ItemHistory } from '../items/item-history.ts'
import { consolidatedEntry, entryTypes, unbounded } from '../memory/entry-types.ts'
import { openItems } from '../memory/open-items.ts'
import type { ResolvedParts } from '../memory/parts.ts'
import { linesOf } from '../memory/scope-lines.ts'
import { ageItems } from './age-items.ts'
import { checkProposals, type Proposer } from './check-proposals.ts'
import { deriveItems } from './derive-items.ts'
import { whileHeld } from './while-held.ts'

/** How much is consolidated, and with what. */
export interface ConsolidateOptions {
  /** Pieces of evidence in one pass; 200 when left out. */
  readonly batch?: number
  /** Passes at most; until nothing is left when left out. */
  readonly passes?: number
  /** Without it, patterns alone derive items. */
  readonly proposer?: Proposer
  /** Looks at all evidence again, not only at what is new: for a proposer that comes later. What follows already is not added twice. */
  readonly again?: boolean
  /** Tells what would change, and changes nothing. */
  readonly dryRun?: boolean
}

/** What consolidation did. */
export interface Consolidation {
  readonly passes: number
  /** Pieces of evidence that were looked at. */
  readonly looked: number
  readonly changes: readonly MemoryChange[]
  /** Proposals of the model that quote what nobody said. */
  readonly refused: number
  /** Whether all evidence has been looked at. */
  readonly isComplete: boolean
}

interface Pass {
  readonly through: Sequence
  readonly looked: number
  readonly changes: readonly MemoryChange[]
  readonly refused: number
}

const leaseLength = 30_000

/**
 * Derives items from evidence that nothing was derived of yet, in bounded passes under the scope's lease. Each pass is one entry: a crash between two loses nothing and
 * repeats nothing. Fails `lease-held` where another process consolidates.
 */
export async function consolidate(
  parts: ResolvedParts,
  scope: ScopeId,
  options: ConsolidateOptions,
): Promise<Consolidation> {
  const { batch = 200, passes = Infinity, dryRun = false } = options
  const owner = currentOwner(parts.newId())
  const done: Pass[] = []
  let isComplete = false
  let reached = await startOf(parts, scope, options)
  const lease = dryRun ? undefined : await parts.checkpointer.lease(scope, owner, leaseLength)
  try {
    while (!isComplete && done.length < passes) {
      const evidence = await evidenceAfter(parts, scope, reached, batch)
      isComplete = evidence.length < batch
      const pass = await whileHeld(parts, lease, leaseLength, () =>
        derive(parts, scope, evidence, reached, options),
      )
      reached = pass.through
      if (pass.looked === 0 && pass.changes.length === 0) break
      done.push(pass)
      if (lease !== undefined) await keep(parts, scope, lease, pass)
    }
  } finally {
    await lease?.release()
  }
  return {
    passes: done.length,
    looked: done.reduce((sum, { looked }) => sum + looked, 0),
    changes: done.flatMap(({ changes }) => changes),
    refused: done.reduce((sum, { refused }) => sum + refused, 0),
    isComplete,
  }
}

async function keep(parts: ResolvedParts, scope: ScopeId, lease: Lease, pass: Pass): Promise<void> {
  await lease.renew(leaseLength)
  const append = {
    thread: scope,
    after: 'head',
    lease: lease.token,
    entries: [entryOf(parts, pass)],
  } as const
  await parts.checkpointer.commit({ appends: [append], flush: 'process' })
}

/** Evidence from here on is looked at. */
async function startOf(
  parts: ResolvedParts,
  scope: ScopeId,
  { again = false }: ConsolidateOptions,
): Promise<Sequence> {
  const reached = await watermark(parts, scope)
  return again ? (overlayOrigin(scope)?.at ?? 0) : reached
}

async function derive(
  parts: ResolvedParts,
  scope: ScopeId,
  evidence: readonly StoredEvidence[],
  reached: Sequence,
  { proposer }: ConsolidateOptions,
): Promise<Pass> {
  const { history, at } = await openItems(parts, scope)
  const now = parts.clock.now()
  const proposed =
    proposer === undefined || evidence.length === 0
      ? { items: [], refused: 0 }
      : checkProposals(await proposer.propose(evidence), evidence, proposer.name, now)
  const derived = [...evidence.flatMap((each) => deriveItems(each, now)), ...proposed.items]
  const changes = changesOf(history, at, derived)
  const aged = ageItems(history.itemsAt(unbounded), now)
  return {
    through: evidence.at(-1)?.sequence ?? reached,
    looked: evidence.length,
    changes: [...changes, ...aged],
    refused: proposed.refused,
  }
}

/** Adds one item after the other, so that each sees those before it. The history gets them too. */
function changesOf(
  history: ItemHistory,
  at: Sequence,
  items: readonly Omit<MemoryItem, 'id'>[],
): readonly MemoryChange[] {
  const all: MemoryChange[] = []
  for (const item of items) {
    const { changes } = addItem(history.itemsAt(unbounded), item)
    history.apply(at + 1, changes)
    all.push(...changes)
  }
  return all
}

async function evidenceAfter(
  { index }: ResolvedParts,
  scope: ScopeId,
  after: Sequence,
  limit: number,
): Promise<readonly StoredEvidence[]> {
  const found: StoredEvidence[] = []
  for (const { scope: line, range } of linesOf(scope)) {
    const documents = await index.documents(line, { ...range, after: Math.max(after, range.after) })
    const sequences = documents.slice(0, limit - found.length).map(({ sequence }) => sequence)
    found.push(...(await index.evidence(line, sequences)))
  }
  return found
}

/** Evidence up to here was looked at by the last pass. An overlay begins where it was forked off. */
async function watermark(parts: ResolvedParts, scope: ScopeId): Promise<Sequence> {
  await openItems(parts, scope)
  for await (const { sequence, types } of parts.checkpointer.history(scope)) {
    if (!types.includes(entryTypes.consolidated)) continue
    const entry = await firstAfter(parts, scope, sequence - types.length)
    // What `consolidatedEntry` made.
    if (entry !== undefined) return (entry.data as MemoryConsolidated).through
  }
  return overlayOrigin(scope)?.at ?? 0
}

async function firstAfter(
  { checkpointer }: ResolvedParts,
  scope: ScopeId,
  after: Sequence,
): Promise<Entry | undefined> {
  for await (const entry of checkpointer.log(scope, after)) {
    if (entry.type === entryTypes.consolidated && entry.erased !== true) return entry
  }
  return undefined
}

function entryOf(parts: ResolvedParts, { through, looked, changes }: Pass): NewEntry {
  return consolidatedEntry(parts, { why: 'consolidation', through, looked, changes })
}
