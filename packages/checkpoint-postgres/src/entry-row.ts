import { crc32 } from 'node:zlib'

import {
  damagedEntry,
  kindText,
  type PackedLabels,
  parseKind,
  rareOf,
  restoreEntry,
} from '@keepup/checkpoint/backend'
import type { Entry, Hash, Sequence, ThreadId } from '@keepup/core'

import type { LabelRows } from './label-rows.ts'

/** An entry as the functions of the schema take it; its data lies in the bytes beside. */
export interface NewEntryRow {
  readonly sequence: Sequence
  readonly part: number
  readonly time: number
  readonly cause: number | null
  readonly kind: string
  readonly id: string | null
  readonly rare: string | null
  /** In hexadecimal, like the seal. */
  readonly label: Hash | null
  readonly seal: string
  readonly checksum: number
}

/** An entry as it is read. */
export interface EntryRow {
  readonly sequence: Sequence
  readonly time: number
  readonly cause: number | null
  readonly checksum: number
  readonly kind: string
  readonly rare: string | null
  readonly label: Buffer | null
  readonly seal: Buffer
  readonly data: Buffer | null
}

/** The columns of an {@link EntryRow}. */
export const entryColumns = 'e.sequence, e.time, e.cause, e.checksum, e.kind, e.rare, e.label, e.seal, e.data'

/** A sealed entry as a row, without bytes one that was erased; `part` counts within its commit. */
export function toRow(
  { entry, bytes }: { readonly entry: Entry; readonly bytes: Uint8Array | undefined },
  part: number,
  labels: LabelRows,
): NewEntryRow {
  const table = entry.labels && labels.pack(entry.labels)
  const row = {
    sequence: entry.sequence,
    part,
    time: entry.time,
    cause: typeof entry.cause === 'number' ? entry.cause : null,
    kind: kindText(entry),
    id: entry.id ?? null,
    rare: rareOf(entry, table),
    label: table?.length === 1 ? table[0] : null,
    seal: entry.hash + (bytes === undefined ? (entry.dataHash ?? '') : entry.salt),
  }
  return { ...row, checksum: checksumOf(entry.thread, row, bytes ?? null) }
}

/**
 * A number of 32 bits that depends on every bit of a row, so that damage is noticed at every read, cheaply: CRC-32 as in zlib, signed as the
 * column is. The chain of hashes, which `verifyThread` recomputes, is what nobody can forge.
 */
export function checksumOf(
  thread: ThreadId,
  row: Pick<NewEntryRow, 'sequence' | 'time' | 'cause' | 'kind' | 'rare' | 'label' | 'seal'>,
  data: Uint8Array | null,
): number {
  const { sequence, time, cause, kind, rare, label, seal } = row
  const header = JSON.stringify([thread, sequence, time, cause, kind, rare, label, seal, data === null])
  const sum = crc32(header)
  return (data === null ? sum : crc32(data, sum)) | 0
}

/** The ids of the labels that rows name. */
export function* labelsIn(rows: Iterable<Pick<EntryRow, 'label' | 'rare'>>): Generator<Hash> {
  for (const { label, rare } of rows) {
    if (label !== null) yield label.toString('hex')
    if (rare !== null) yield* labelsInRare(rare)
  }
}

function labelsInRare(rare: string): readonly Hash[] {
  if (!rare.includes('"labels"')) return []
  try {
    // Only `rareOf` writes this column.
    const { labels } = JSON.parse(rare) as { readonly labels?: PackedLabels<Hash> }
    return labels === undefined ? [] : [labels[0], ...(labels[1] ?? []).map(([, id]) => id)]
  } catch {
    // Told as damage once the entry is put together.
    return []
  }
}

/** The entry of a row that must be the one at `sequence`; `thread-damaged` names it where it is not. Its labels must be loaded. */
export function fromRow(thread: ThreadId, sequence: Sequence, row: EntryRow, labels: LabelRows): Entry {
  const { time, cause, rare } = row
  const seal = row.seal.toString('hex')
  const label = row.label?.toString('hex') ?? null
  const texts = { sequence, time, cause, kind: row.kind, rare, label, seal }
  if (checksumOf(thread, texts, row.data) !== row.checksum) {
    throw damagedEntry(
      thread,
      sequence,
      'its bytes changed since it was written, or the entry before it is missing',
    )
  }
  try {
    const data = row.data?.toString('utf8') ?? null
    return restoreEntry(
      thread,
      sequence,
      { kind: parseKind(row.kind), time, cause, label, rare, seal, data },
      (id: Hash) => labels.labelOf(id),
    )
  } catch (error) {
    throw damagedEntry(thread, sequence, 'it cannot be decoded', error)
  }
}
