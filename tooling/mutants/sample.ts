import { createHash } from 'node:crypto'

/** As many of the items as asked, chosen by the seed alone: the same seed and items give the same sample. */
export function sample<Item extends { readonly id: string }>(
  items: readonly Item[],
  size: number,
  seed: string,
): readonly Item[] {
  const rank = (item: Item): string => createHash('sha256').update(`${seed}\0${item.id}`).digest('hex')
  return items
    .map((item) => ({ item, rank: rank(item) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ item }) => item)
}
