import { addressBytes } from './address-bytes.ts'

/** Whether an address shares its first bits with a prefix of the same family. */
export function hasPrefix(bytes: readonly number[], prefix: string, bits: number): boolean {
  const wanted = addressBytes(prefix) ?? []
  if (wanted.length !== bytes.length) return false
  return bytes.every((byte, index) => {
    const shift = Math.min(8, Math.max(0, 8 - (bits - index * 8)))
    return byte >> shift === (wanted[index] ?? 0) >> shift
  })
}
