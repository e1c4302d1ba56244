import type { Remembered } from '../contract/facts.ts'
import type { MemoryChange } from '../contract/memory-change.ts'
import type { ItemId, MemoryItem } from '../contract/memory-item.ts'
import { itemId, itemIdentity, itemKey } from './item-key.ts'
import { similarTexts } from './similar-texts.ts'

/** What adding an item comes to. */
export interface Added extends Remembered {
  readonly changes: readonly MemoryChange[]
}

/**
 * What has to change for an item to be among others. What is there already is repeated, not added. A trusted, active item ends those of the same key with another
 * value: they get an end and a link, and stay. What depends on them becomes stale. Nothing untrusted ends what a person said.
 */
export function addItem(items: readonly MemoryItem[], item: Omit<MemoryItem, 'id'>): Added {
  const identity = itemIdentity(item)
  const same = items.filter((each) => itemIdentity(each) === identity)
  const known = same.find(isLive) ?? items.find((each) => isLive(each) && isRepetition(each, item))
  if (known !== undefined) return repeat(known, item)
  const id = itemId(identity, same.length)
  const added: MemoryChange = { type: 'add', item: { ...item, id } }
  const outcome = item.status === 'proposed' ? 'proposed' : 'added'
  const rivals = items.filter((each) => isLive(each) && contradicts(each, item))
  if (rivals.length === 0) return { id, outcome, superseded: [], changes: [added] }
  const linked = rivals.flatMap((rival): readonly MemoryChange[] => [
    { type: 'contradict', id, with: rival.id },
    { type: 'contradict', id: rival.id, with: id },
  ])
  const ended = item.status === 'active' ? rivals.filter((rival) => mayEnd(item, rival)) : []
  const changes = [added, ...linked, ...ended.flatMap((rival) => endItem(items, rival.id, endOf(item), id))]
  return { id, outcome, superseded: ended.map((rival) => rival.id), changes }
}

/** The end of an item, and what it makes stale, however far down. */
function endItem(
  items: readonly MemoryItem[],
  id: ItemId,
  validTo: number,
  supersededBy?: ItemId,
): readonly MemoryChange[] {
  const end: MemoryChange = {
    type: 'close',
    id,
    validTo,
    ...(supersededBy === undefined ? {} : { supersededBy }),
  }
  return [end, ...staleAfter(items, id)]
}

/** What becomes stale once an item does not hold any more. */
export function staleAfter(items: readonly MemoryItem[], id: ItemId): readonly MemoryChange[] {
  const stale = new Set<ItemId>()
  const waiting = [id]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const item of items) {
      if (!item.derivedFrom.includes(next) || stale.has(item.id)) continue
      stale.add(item.id)
      waiting.push(item.id)
    }
  }
  return [...stale].toSorted().map((each) => ({ type: 'flag', id: each, flag: 'stale', value: true }))
}

function repeat(known: MemoryItem, item: Omit<MemoryItem, 'id'>): Added {
  const changes: MemoryChange[] = item.sources
    .filter((source) => !known.sources.includes(source))
    .map((source) => ({ type: 'repeat', id: known.id, source, at: item.recordedAt }))
  for (const session of item.sessions) {
    if (!known.sessions.includes(session))
      changes.push({ type: 'repeat', id: known.id, session, at: item.recordedAt })
  }
  return { id: known.id, outcome: 'known', superseded: [], changes }
}

function isLive(item: MemoryItem): boolean {
  return item.retractedAt === undefined && item.validTo === undefined && item.status !== 'rejected'
}

function isRepetition(known: MemoryItem, item: Omit<MemoryItem, 'id'>): boolean {
  return known.kind === item.kind && itemKey(known) === itemKey(item) && similarTexts(known.text, item.text)
}

function contradicts(known: MemoryItem, item: Omit<MemoryItem, 'id'>): boolean {
  const key = itemKey(item)
  return key !== undefined && known.kind === item.kind && itemKey(known) === key
}

function mayEnd(item: Omit<MemoryItem, 'id'>, rival: MemoryItem): boolean {
  return item.label.integrity === 'trusted' || rival.label.integrity !== 'trusted'
}

function endOf({ validFrom, recordedAt }: Omit<MemoryItem, 'id'>): number {
  return validFrom ?? recordedAt
}
