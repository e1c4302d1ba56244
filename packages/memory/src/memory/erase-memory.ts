import { KeepupError, type Receipt, type Sequence } from '@keepup/core'

import type { EvidenceId } from '../contract/evidence.ts'
import type { MemoryChange } from '../contract/memory-change.ts'
import type { ScopeId } from '../contract/scope.ts'
import { appendToScope } from './append-to-scope.ts'
import { catchUp } from './catch-up.ts'
import { changedEntry, readEntry } from './entry-types.ts'
import { readNamed } from './find-sources.ts'
import type { ResolvedParts } from './parts.ts'
import type { ScopeReaders } from './scope-readers.ts'

/** What to destroy of a scope: everything, or named evidence with whatever was derived of it. */
export interface MemoryErasure {
  readonly evidence?: readonly EvidenceId[]
  /** Where forks' overlays lie over it: fail with `thread-has-forks`, or erase them as well. `refuse` when left out. */
  readonly overlays?: 'refuse' | 'cascade'
}

/**
 * Destroys memory for good: the entries of its thread, the rows, the words in the full-text table, the vectors. The rest is derived anew. Fails as `Checkpointer.erase`
 * does, and `keys-required` where only a key can be destroyed and there is none.
 */
export async function eraseMemory(
  parts: ResolvedParts,
  readers: ScopeReaders,
  scope: ScopeId,
  { evidence, overlays = 'refuse' }: MemoryErasure,
): Promise<Receipt> {
  const found = evidence === undefined ? undefined : await entriesOf(parts, scope, evidence)
  // Without keys it may be refused: before anything is gone.
  await parts.index.clear(scope, 'traces')
  const receipt = await parts.checkpointer.erase({
    thread: scope,
    forks: overlays,
    ...(found === undefined ? {} : { entries: found.sequences }),
  })
  for (const thread of new Set([scope, ...receipt.threads])) {
    readers.forget(thread)
    await parts.index.clear(thread, 'traces')
  }
  if (found === undefined) return receipt
  if (found.kept.length > 0) {
    const changed = { why: 'kept of entries that were erased', changes: found.kept }
    await appendToScope(parts, scope, [changedEntry(parts, 'runtime', changed)])
  }
  await catchUp(parts, scope)
  return receipt
}

interface Tainted {
  readonly sequences: readonly Sequence[]
  /** Changes that stand in the same entries, and have nothing to do with it. */
  readonly kept: readonly MemoryChange[]
}

/** The entries that hold the evidence, or an item that was derived of it, however far down. */
async function entriesOf(parts: ResolvedParts, scope: ScopeId, ids: readonly EvidenceId[]): Promise<Tainted> {
  await catchUp(parts, scope)
  const found = await readNamed(parts, scope, ids)
  const missing = ids.find((id) => !found.some((each) => each.id === id))
  if (missing !== undefined) {
    const message = `${scope} has no evidence ${missing}. Nothing was erased; name what it has.`
    throw new KeepupError('input-invalid', message, { details: { scope, evidence: missing } })
  }
  const sequences = new Set(found.map(({ sequence }) => sequence))
  const tainted = new Set<string>(ids)
  const kept: MemoryChange[] = []
  for await (const entry of parts.checkpointer.log(scope)) {
    const read = readEntry(entry)
    if (read === undefined || !('changed' in read)) continue
    const { changes } = read.changed
    const clean = changes.filter((change) => !taints(change, tainted))
    if (clean.length === changes.length) continue
    sequences.add(entry.sequence)
    kept.push(...clean.filter(({ type }) => type !== 'undo'))
  }
  return { sequences: [...sequences].toSorted((a, b) => a - b), kept }
}

/** Whether a change tells of something tainted. What it adds is tainted then too. */
function taints(change: MemoryChange, tainted: Set<string>): boolean {
  const names = change.type === 'add' ? [...change.item.sources, ...change.item.derivedFrom] : [change.id]
  if (!names.some((name) => tainted.has(name))) return false
  tainted.add(change.type === 'add' ? change.item.id : change.id)
  return true
}
