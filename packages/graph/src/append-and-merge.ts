/** Appends the update to the value: a list that grows. */
export function append<List extends readonly unknown[]>(value: List, update: List): List {
  if (update.length === 0) return value
  // Two lists of one type make a list of it; a tuple, which would not, has no use as such a channel.
  return value.concat(update) as unknown as List
}

/** Joins lists of items with an `id`: one that is there is replaced in its place, others are appended. */
export function mergeById<List extends readonly { readonly id: string | number }[]>(
  value: List,
  update: List,
): List {
  const items = new Map([...value, ...update].map((item) => [item.id, item] as const))
  // As in `append`.
  return [...items.values()] as unknown as List
}

/** Adds the update to the value. */
export function sum(value: number, update: number): number {
  return value + update
}

/** Unites two sets. */
export function union<Item>(value: Set<Item>, update: Set<Item>): Set<Item> {
  return new Set([...value, ...update])
}
