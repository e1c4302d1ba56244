import { createHash } from 'node:crypto'

import type { ItemId, MemoryItem } from '../contract/memory-item.ts'
import { contentWords } from '../recall/words-of.ts'

/** What makes two items the same: kind, key and value where there are, else the words that say something. */
export function itemIdentity(
  item: Pick<MemoryItem, 'kind' | 'text' | 'subject' | 'attribute' | 'value'>,
): string {
  const { kind, subject, attribute, value, text } = item
  const said =
    subject === undefined || attribute === undefined || value === undefined
      ? ['text', words(text) || text]
      : ['key', words(subject), words(attribute), words(value) || value]
  return JSON.stringify([kind, ...said])
}

/** The key of an item, under which another value contradicts it; `undefined` where it has none. */
export function itemKey({
  subject,
  attribute,
}: Pick<MemoryItem, 'subject' | 'attribute'>): string | undefined {
  return subject === undefined || attribute === undefined
    ? undefined
    : JSON.stringify([words(subject), words(attribute)])
}

/** The id of the n-th item of an identity: it can end, and begin again. */
export function itemId(identity: string, ordinal: number): ItemId {
  const digest = createHash('sha256').update(identity).digest('hex').slice(0, 16)
  return ordinal === 0 ? digest : `${digest}-${ordinal}`
}

function words(text: string): string {
  return contentWords(text).join(' ')
}
