/** About how many bytes a storable value takes when it is encoded: cheap, as it reads no text. */
export function approximateSize(value: unknown): number {
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object' || value === null) return 6
  if (value instanceof Uint8Array) return value.length * 1.4
  if (value instanceof Map || value instanceof Set) return sizeOfList([...value])
  if (Array.isArray(value)) return sizeOfList(value)
  return Object.entries(value).reduce(
    (sum, [key, member]) => sum + key.length + 4 + approximateSize(member),
    2,
  )
}

function sizeOfList(items: readonly unknown[]): number {
  return items.reduce<number>((sum, item) => sum + 1 + approximateSize(item), 2)
}
