import { type Entry, KeepupError, type Label, type Sequence, type ThreadId } from '@keepup/core'

import { decodeText } from '../decode-value.ts'
import { type PackedLabels, unpackLabels } from './label-text.ts'

/** The part of an entry's header that repeats from entry to entry. */
export type EntryKind = Pick<Entry, 'type' | 'version' | 'critical' | 'by'>

/** An entry as a row keeps it; `Id` is how a database names labels. */
export interface StoredEntry<Id> {
  readonly kind: EntryKind
  readonly time: number
  /** A cause that is an earlier entry. */
  readonly cause: Sequence | null
  /** The label of a table without leaves. */
  readonly label: Id | null
  /** What {@link rareOf} gave. */
  readonly rare: string | null
  /** In hexadecimal: the hash and the salt, or once the data was erased the hash and the hash of salt and data. */
  readonly seal: string
  /** As the codec wrote it; `null` once it was erased. */
  readonly data: string | null
}

/** An entry while it is put together. */
type Draft = { -readonly [Field in keyof Entry]: Entry[Field] }

/** What few entries have, as JSON in one column. */
type Rare<Id> = Partial<Pick<Draft, 'scope' | 'until' | 'artifacts' | 'id'>> & {
  /** A signal. */
  readonly cause?: string
  readonly labels?: PackedLabels<Id>
}

/** The characters of a hash in hexadecimal, with which a seal begins. */
const hashLength = 64

/** A kind as text. Nothing in it contains a space but between its parts. */
export function kindText({ type, version, critical, by }: EntryKind): string {
  return `${type} ${version} ${critical ? 'critical' : '-'} ${by}`
}

/** The inverse of {@link kindText}; `thread-damaged` where it is none. */
export function parseKind(text: string): EntryKind {
  const [type, version, critical, by] = text.split(' ')
  if (type === undefined || by === undefined) {
    throw new KeepupError('thread-damaged', `The kind of an entry cannot be read: ${text}`)
  }
  return { type, version: Number(version), critical: critical === 'critical', by }
}

/** What few entries have, as JSON; `null` where this one has none of it. */
export function rareOf<Id>(
  { cause, scope, until, artifacts, id }: Entry,
  table: PackedLabels<Id> | undefined,
): string | null {
  const signal = typeof cause === 'string' ? cause : undefined
  const labels = table?.length === 2 ? table : undefined
  const found = [signal, labels, scope, until, artifacts, id]
  if (found.every((part) => part === undefined)) return null
  return JSON.stringify({ cause: signal, labels, scope, until, artifacts, id })
}

/** The entry that a row keeps; throws where it cannot be read. */
export function restoreEntry<Id>(
  thread: ThreadId,
  sequence: Sequence,
  row: StoredEntry<Id>,
  labelOf: (id: Id) => Label,
): Entry {
  const { type, version, critical, by } = row.kind
  const hash = row.seal.slice(0, hashLength)
  const entry: Draft = {
    thread,
    sequence,
    type,
    version,
    critical,
    time: row.time,
    by,
    data: undefined,
    salt: '',
    hash,
  }
  if (row.cause !== null) entry.cause = row.cause
  if (row.label !== null) entry.labels = { default: labelOf(row.label) }
  if (row.rare !== null) {
    // Only `rareOf` writes this column, and its checksum fits.
    const { labels, ...rest } = JSON.parse(row.rare) as Rare<Id>
    Object.assign(entry, rest)
    if (labels !== undefined) entry.labels = unpackLabels(labels, labelOf)
  }
  if (row.data === null)
    return Object.assign(entry, { erased: true as const, dataHash: row.seal.slice(hashLength) })
  entry.salt = row.seal.slice(hashLength)
  entry.data = decodeText(row.data)
  return entry
}
