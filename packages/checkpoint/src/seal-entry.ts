import { hash } from 'node:crypto'

import {
  type Entry,
  type Hash,
  KeepupError,
  type LabelTable,
  type NewEntry,
  type Sequence,
  type ThreadId,
} from '@keepup/core'

import { checkHeader } from './check-header.ts'
import { copyExactly } from './encode-value.ts'
import { type EntryHeader, entryHash, saltedData, saltLength } from './entry-hash.ts'
import { sharedLabel, sharedTable } from './label-id.ts'

/** What an entry needs to take its place in a thread. */
export interface Sealing {
  readonly thread: ThreadId
  readonly sequence: Sequence
  /** The hash before it: of the entry before, of the origin at the fork point, or `genesisHash`. */
  readonly previous: Hash
  readonly entry: NewEntry
  /** 16 random bytes in lower-case hexadecimal, new for every entry. */
  readonly salt: string
}

/** An entry as it is stored, and its data as bytes. */
export interface SealedEntry {
  readonly entry: Entry
  readonly bytes: Uint8Array
}

/**
 * Gives an entry its place and hash. `entry.data` is a copy as it would be read, so that nothing the caller changes later shows. Labels are stored sorted.
 * Fails `entry-invalid` where the header breaks its rules, `value-not-storable` where the codec cannot give the data back exactly. The type
 * `thread-pruned` is left to `sealBase`: anywhere else it would break the chain.
 */
export function sealEntry(sealing: Sealing): SealedEntry {
  if (sealing.entry.type === 'thread-pruned') {
    const message = `Thread ${sealing.thread} cannot take an entry of type thread-pruned: only prune writes those.`
    throw new KeepupError('entry-invalid', message, { details: { field: 'type', value: 'thread-pruned' } })
  }
  return sealAny(sealing)
}

/** {@link sealEntry} for every type. */
export function sealAny(sealing: Sealing): SealedEntry {
  const { thread, sequence, previous, entry, salt } = sealing
  checkHeader(entry, thread, sequence)
  const { text, copy } = copyExactly(entry.data)
  const salted = saltedData(salt, text)
  const header = headerOf(entry, thread, sequence)
  const sealed = Object.assign(header, {
    data: copy,
    salt,
    hash: entryHash(previous, header, hash('sha256', salted)),
  })
  return { entry: sealed, bytes: salted.subarray(saltLength) }
}

/** The header of an entry, without anything that does not belong to it. */
export function headerOf(entry: NewEntry, thread: ThreadId, sequence: Sequence): EntryHeader {
  const { type, version, critical, time, by, cause, scope, labels, until, artifacts, id } = entry
  const header: { -readonly [Field in keyof EntryHeader]: EntryHeader[Field] } = {
    thread,
    sequence,
    type,
    version,
    critical,
    time,
    by,
  }
  if (cause !== undefined) header.cause = cause
  if (scope !== undefined) header.scope = scope
  if (labels !== undefined) header.labels = copyLabels(labels)
  if (until !== undefined) header.until = until
  if (artifacts !== undefined) header.artifacts = Object.freeze([...artifacts])
  if (id !== undefined) header.id = id
  return header
}

/** A frozen copy, as the owner of the table may change it, and whoever reads it must not. */
function copyLabels({ default: fallback, leaves }: LabelTable): LabelTable {
  if (leaves === undefined) return sharedTable(fallback)
  const copies = leaves.map(([pointer, label]) => Object.freeze([pointer, sharedLabel(label)] as const))
  return Object.freeze({ default: sharedLabel(fallback), leaves: Object.freeze(copies) })
}
