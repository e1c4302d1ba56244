import { crc32 } from 'node:zlib'

/** A row of the table `entry`: its sequence, then {@link entryColumns}. */
export type EntryRow = readonly [
  sequence: number,
  part: number,
  type: number,
  version: number,
  critical: number,
  time: number,
  by: number,
  cause: number | string | null,
  scope: number | null,
  labels: number | string | null,
  until: number | null,
  artifacts: Buffer | null,
  id: string | null,
  seal: Buffer,
  data: Buffer | null,
  checksum: number,
]

/** The columns in the order of {@link EntryRow}. */
export const entryColumns =
  'part, type, version, critical, time, by, cause, scope, labels, until, artifacts, id, seal, data, checksum'

/** CRC-32 (as in zlib) over everything a row says but its checksum, so that a flipped bit is noticed at every read, cheaply. */
export function checksumOf(thread: number, row: EntryRow): number {
  const [
    sequence,
    part,
    type,
    version,
    critical,
    time,
    by,
    cause,
    scope,
    labels,
    until,
    artifacts,
    id,
    seal,
    data,
  ] = row
  const header =
    `${thread},${sequence},${part},${type},${version},${critical},${time},` +
    `${by},${cause},${scope},${labels},${until},${id}`
  const sealed = crc32(seal, crc32(header))
  const named = artifacts === null ? sealed : crc32(artifacts, sealed)
  return data === null ? named : crc32(data, named)
}
