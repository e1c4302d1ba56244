/** About how many bytes a storable value takes when it is encoded: cheap, as it reads no text. */
export function approximateSize(value: unknown): number {
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object' || value === null) return 6
  if (value instanceof Uint8Array) return value.length * 1.4
  let size = 2
  if (Array.isArray(value) || value instanceof Set || value instanceof Map) {
    for (const item of value) size += 1 + approximateSize(item)
    return size
  }
  for (const [key, member] of Object.entries(value)) size += key.length + 4 + approximateSize(member)
  return size
}
