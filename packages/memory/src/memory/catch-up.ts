import type { Entry, Sequence } from '@keepup/core'

import type { IndexBatch, IndexedEvidence, ItemVersion } from '../contract/memory-index.ts'
import { overlayOrigin, type ScopeId } from '../contract/scope.ts'
import { ItemHistory } from '../items/item-history.ts'
import { indexEvidence } from '../recall/index-evidence.ts'
import { readEntry, unbounded } from './entry-types.ts'
import type { ResolvedParts } from './parts.ts'
import { linesOf } from './scope-lines.ts'

/** So many entries become rows in one transaction. */
const batchSize = 500

/** Brings the rows of a scope up to its thread's head, and those of what it lies over. Where they then end. */
export async function catchUp(parts: ResolvedParts, scope: ScopeId): Promise<Sequence> {
  const origin = overlayOrigin(scope)
  if (origin !== undefined) await catchUp(parts, origin.base)
  for (;;) {
    const { applied } = await parts.index.position(scope)
    const reached = await applyAfter(parts, scope, applied)
    if (reached !== undefined) return reached
    // Another process was faster, but may not have come as far as this one has to.
  }
}

/** Turns the entries after a position into rows. Where they then end; `undefined` where another process did so meanwhile with some of them. */
async function applyAfter(
  parts: ResolvedParts,
  scope: ScopeId,
  after: Sequence,
): Promise<Sequence | undefined> {
  let applied = after
  let waiting: Entry[] = []
  const flush = async (): Promise<boolean> => {
    if (waiting.length === 0) return true
    const history = waiting.some(isChange) ? await loadHistory(parts, scope, applied) : new ItemHistory()
    const batch = toRows(applied, waiting, history)
    if (!(await parts.index.apply(scope, batch))) return false
    applied = batch.through
    waiting = []
    return true
  }
  for await (const entry of parts.checkpointer.log(scope, after)) {
    waiting.push(entry)
    if (waiting.length >= batchSize && !(await flush())) return undefined
  }
  return (await flush()) ? applied : undefined
}

/** The items of a scope through time, with those of what it lies over, up to a position. */
export async function loadHistory(
  { index }: ResolvedParts,
  scope: ScopeId,
  through: Sequence = unbounded,
): Promise<ItemHistory> {
  const history = new ItemHistory()
  for (const line of linesOf(scope, through)) history.take(await index.versions(line.scope, line.range))
  return history
}

function isChange(entry: Entry): boolean {
  const read = readEntry(entry)
  return read !== undefined && 'changed' in read
}

function toRows(after: Sequence, entries: readonly Entry[], history: ItemHistory): IndexBatch {
  const evidence: IndexedEvidence[] = []
  const versions: ItemVersion[] = []
  for (const entry of entries) {
    const read = readEntry(entry)
    if (read === undefined) continue
    if ('evidence' in read) evidence.push(indexEvidence(entry.sequence, read.evidence))
    else versions.push(...history.apply(entry.sequence, read.changed.changes))
  }
  return { after, through: entries.at(-1)?.sequence ?? after, evidence, versions }
}
