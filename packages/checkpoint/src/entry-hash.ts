import { hash } from 'node:crypto'

import type { Entry, Hash, LabelTable, ThreadId } from '@keepup/core'

import { labelId } from './label-id.ts'

/** The bytes of a salt. */
export const saltLength = 16

/** The part of an entry that its hash covers directly: everything but data, salt, and the hashes. */
export type EntryHeader = Omit<Entry, 'data' | 'salt' | 'hash' | 'erased' | 'dataHash'>

/**
 * The hash before a thread's first entry: SHA-256 of the UTF-8 text of the JSON array `["keepup-thread",1,thread]`. It binds the thread's id.
 * A fork has no genesis: its first own entry follows the hash of its origin at the fork point.
 */
export function genesisHash(thread: ThreadId): Hash {
  return hash('sha256', JSON.stringify(['keepup-thread', 1, thread]))
}

/** H(salt, data): SHA-256 of the salt's 16 bytes followed by the encoded data. Stays when salt and data are erased. */
export function dataHash(salt: string, data: Uint8Array): Hash {
  const input = Buffer.allocUnsafe(saltLength + data.length)
  input.write(salt, 0, saltLength, 'hex')
  input.set(data, saltLength)
  return hash('sha256', input)
}

/** What {@link dataHash} is the hash of, from data that is text still: it is encoded once, to where it is hashed and kept. */
export function saltedData(salt: string, text: string): Buffer {
  const length = Buffer.byteLength(text, 'utf8')
  const bytes = Buffer.allocUnsafe(saltLength + length)
  bytes.write(salt, 0, saltLength, 'hex')
  bytes.write(text, saltLength, length, 'utf8')
  return bytes
}

/**
 * The hash of an entry: SHA-256 of the UTF-8 text `previous LF header LF data`, where `previous` is the hash before it, `data` is
 * {@link dataHash}, both in lower-case hexadecimal, and `header` is the JSON array
 * `[thread, sequence, type, version, critical, time, by, cause, scope, labels, until, artifacts, id]`
 * as `JSON.stringify` writes it. What an entry does not have is `null`. `labels` is `[labelId, [[pointer, labelId], …]]`.
 */
export function entryHash(previous: Hash, header: EntryHeader, data: Hash): Hash {
  return hash('sha256', `${previous}\n${headerText(header)}\n${data}`)
}

/**
 * The hash that follows from an entry's position: its own, but for the base entry `thread-pruned` that of what it replaced, so that the
 * entries after it keep their hashes.
 */
export function chainHash(entry: Entry): Hash {
  if (entry.type !== 'thread-pruned') return entry.hash
  const data: unknown = entry.data
  const replaced = typeof data === 'object' && data !== null && 'replaced' in data ? data.replaced : undefined
  return typeof replaced === 'string' ? replaced : entry.hash
}

function headerText(header: EntryHeader): string {
  return JSON.stringify([
    header.thread,
    header.sequence,
    header.type,
    header.version,
    header.critical,
    header.time,
    header.by,
    header.cause ?? null,
    header.scope ?? null,
    header.labels === undefined ? null : labelsForm(header.labels),
    header.until ?? null,
    header.artifacts ?? null,
    header.id ?? null,
  ])
}

function labelsForm(table: LabelTable): unknown {
  return [labelId(table.default), (table.leaves ?? []).map(([pointer, label]) => [pointer, labelId(label)])]
}
