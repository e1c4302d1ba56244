import { crc32 } from 'node:zlib'

/** What a row of the table `entry` says, but for its checksum and what only listings and indexes use. */
export interface ChecksummedRow {
  readonly thread: number
  readonly sequence: number
  readonly kind: number
  readonly time: number
  readonly cause: number | null
  readonly label: number | null
  readonly rare: string | null
  /** In hexadecimal. */
  readonly seal: string
  readonly data: string | Uint8Array | null
}

/**
 * A number of 32 bits that depends on every bit of a row, so that damage is noticed at every read, cheaply: CRC-32 (as in zlib) of the texts, mixed with
 * the numbers. The chain of hashes, which `verifyThread` recomputes, is what nobody can forge.
 */
export function checksumOf(row: ChecksummedRow): number {
  let sum = row.data === null ? crc32(row.seal) : crc32(row.data, crc32(row.seal))
  sum = mix(mix(mix(mix(sum, row.thread), row.sequence), row.kind), row.time)
  sum = mix(mix(sum, row.cause ?? -1), row.label ?? -1)
  return row.rare === null ? sum >>> 0 : crc32(row.rare, sum >>> 0)
}

/** One to one in each argument: a changed value changes the sum. */
function mix(sum: number, value: number): number {
  return Math.imul(sum ^ value ^ Math.floor(value / 4_294_967_296), 0x01000193)
}
