import type { Sequence } from '@keepup/core'

import type { MemoryChange } from '../contract/memory-change.ts'
import type { ItemVersion } from '../contract/memory-index.ts'
import type { ItemId, MemoryItem } from '../contract/memory-item.ts'
import { applyChange } from './apply-change.ts'

/** Every item of a scope through time: which it was after each entry. */
export class ItemHistory {
  readonly #versions = new Map<ItemId, ItemVersion[]>()

  /** Takes versions that were made before, in order. */
  take(versions: readonly ItemVersion[]): void {
    for (const version of versions) this.#push(version)
  }

  /** Applies the changes of one entry; the versions that it made. What names an unknown item, or adds a known one, does nothing. */
  apply(sequence: Sequence, changes: readonly MemoryChange[]): readonly ItemVersion[] {
    const made = new Map<ItemId, ItemVersion>()
    for (const change of changes) {
      const id = change.type === 'add' ? change.item.id : change.id
      const before = this.latest(id)
      const after = this.#after(before, change)
      if (after === undefined || after === before) continue
      const version = { sequence, item: after }
      this.#push(version)
      made.set(id, version)
    }
    return [...made.values()]
  }

  /** An item as the last entry left it. */
  latest(id: ItemId): MemoryItem | undefined {
    return this.#versions.get(id)?.at(-1)?.item
  }

  /** Every item as it was after the entry at `at`, in order of their ids. */
  itemsAt(at: Sequence): readonly MemoryItem[] {
    const items: MemoryItem[] = []
    for (const versions of this.#versions.values()) {
      const version = versions.findLast(({ sequence }) => sequence <= at)
      if (version !== undefined) items.push(version.item)
    }
    return items.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** The versions of one item, oldest first. */
  versionsOf(id: ItemId): readonly ItemVersion[] {
    return this.#versions.get(id) ?? []
  }

  /** The items that an entry changed, each with what it was before and whether it was changed since. */
  changedBy(
    sequence: Sequence,
  ): readonly { readonly id: ItemId; readonly isLatest: boolean; readonly before: MemoryItem | undefined }[] {
    return [...this.#versions].flatMap(([id, versions]) => {
      const at = versions.findIndex((version) => version.sequence === sequence)
      if (at < 0) return []
      return [{ id, isLatest: at === versions.length - 1, before: versions[at - 1]?.item }]
    })
  }

  #after(before: MemoryItem | undefined, change: MemoryChange): MemoryItem | undefined {
    if (change.type === 'add') return before === undefined ? change.item : undefined
    if (before === undefined) return undefined
    if (change.type !== 'undo') return applyChange(before, change)
    const versions = this.versionsOf(change.id)
    const earlier = versions.findLast(({ sequence }) => sequence < change.sequence)
    if (earlier !== undefined) return earlier.item
    // It was not there before: it stays in its history, taken back.
    return before.retractedAt === undefined ? { ...before, retractedAt: before.recordedAt } : before
  }

  #push(version: ItemVersion): void {
    const versions = this.#versions.get(version.item.id) ?? []
    // Several changes of one entry make one version.
    if (versions.at(-1)?.sequence === version.sequence) versions.pop()
    versions.push(version)
    this.#versions.set(version.item.id, versions)
  }
}
