import { type Actor, KeepupError, type Sequence } from '@keepup/core'

import type { MemoryChange } from '../contract/memory-change.ts'
import type { ItemId, MemoryItem } from '../contract/memory-item.ts'
import type { ScopeId } from '../contract/scope.ts'
import { addItem, staleAfter } from '../items/add-item.ts'
import { appendToScope } from './append-to-scope.ts'
import { changedEntry } from './entry-types.ts'
import { openItems } from './open-items.ts'
import type { ResolvedParts } from './parts.ts'

/** Who changes something, and why. */
export interface Reason {
  readonly by: Actor
  readonly why: string
}

/** Takes items back: they are found no more, and still explained; what was derived of them becomes stale. Gives the sequence, for `undo`. */
export async function forget(
  parts: ResolvedParts,
  scope: ScopeId,
  ids: readonly ItemId[],
  reason: Reason,
): Promise<Sequence> {
  const { history, at } = await openItems(parts, scope)
  const items = history.itemsAt(at)
  const changes = ids.flatMap((id): readonly MemoryChange[] => {
    const item = knownItem(history.latest(id), scope, id)
    if (item.retractedAt !== undefined) return []
    return [{ type: 'retract', id, at: parts.clock.now() }, ...staleAfter(items, id)]
  })
  return append(parts, scope, at, reason, changes)
}

/** Lets a proposed item hold, or refuses it. What is let holds as what the person said: it ends what it contradicts. */
export async function decide(
  parts: ResolvedParts,
  scope: ScopeId,
  id: ItemId,
  decision: 'approve' | 'reject',
  reason: Reason,
): Promise<Sequence> {
  const { history, at } = await openItems(parts, scope)
  const item = knownItem(history.latest(id), scope, id)
  if (item.status !== 'proposed') throw notProposed(scope, item)
  if (decision === 'reject') return append(parts, scope, at, reason, [{ type: 'reject', id }])
  const others = history.itemsAt(at).filter((each) => each.id !== id)
  const approved = { ...item, status: 'active', label: { ...item.label, integrity: 'trusted' } } as const
  const ended = addItem(others, approved).changes.filter(
    (change) => change.type === 'close' || change.type === 'flag',
  )
  // The end names the item that is let, by the id that it has.
  const renamed = ended.map((change) => (change.type === 'close' ? { ...change, supersededBy: id } : change))
  return append(parts, scope, at, reason, [{ type: 'approve', id }, ...renamed])
}

/** Makes every item that an entry changed what it was before. Fails `input-invalid` where one was changed since: undo that first. */
export async function undo(
  parts: ResolvedParts,
  scope: ScopeId,
  sequence: Sequence,
  reason: Reason,
): Promise<Sequence> {
  const { history, at } = await openItems(parts, scope)
  const changed = history.changedBy(sequence)
  const later = changed.find(({ isLatest }) => !isLatest)
  if (changed.length === 0 || later !== undefined) throw notUndoable(scope, sequence, later?.id)
  const changes = changed.map(({ id }): MemoryChange => ({ type: 'undo', id, sequence }))
  return append(parts, scope, at, reason, changes)
}

/** Pins an item for the core block, or takes it out. */
export async function pin(
  parts: ResolvedParts,
  scope: ScopeId,
  id: ItemId,
  isPinned: boolean,
  reason: Reason,
): Promise<Sequence> {
  const { history, at } = await openItems(parts, scope)
  const item = knownItem(history.latest(id), scope, id)
  if (item.pinned === isPinned) return at
  return append(parts, scope, at, reason, [{ type: 'flag', id, flag: 'pinned', value: isPinned }])
}

async function append(
  parts: ResolvedParts,
  scope: ScopeId,
  at: Sequence,
  { by, why }: Reason,
  changes: readonly MemoryChange[],
): Promise<Sequence> {
  if (changes.length === 0) return at
  const [entry] = await appendToScope(parts, scope, [changedEntry(parts, by, { why, changes })])
  return entry?.sequence ?? at
}

/** The item, or `input-invalid`. */
export function knownItem(item: MemoryItem | undefined, scope: ScopeId, id: ItemId): MemoryItem {
  if (item !== undefined) return item
  throw new KeepupError(
    'input-invalid',
    `${scope} has no item ${id}. List its items, and name one of them.`,
    {
      details: { scope, item: id },
    },
  )
}

function notProposed(scope: ScopeId, { id, status }: MemoryItem): KeepupError {
  return new KeepupError(
    'input-invalid',
    `Item ${id} of ${scope} waits for nobody: it is ${status}. ${status === 'active' ? 'Forget it to be rid of it.' : 'Undo that to decide anew.'}`,
    { details: { scope, item: id, status } },
  )
}

function notUndoable(scope: ScopeId, sequence: Sequence, later: ItemId | undefined): KeepupError {
  const why =
    later === undefined
      ? 'it changed no item. Name an entry that `explain` shows'
      : `item ${later} was changed since. Undo the later change first`
  return new KeepupError('input-invalid', `Entry ${sequence} of ${scope} cannot be undone: ${why}.`, {
    details: { scope, sequence },
  })
}
