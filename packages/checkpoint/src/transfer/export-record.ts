import type { Entry, Hash, Label, NewSignal, Origin, Sequence, ThreadId } from '@keepup/core'

import { checkHeader, checkLabel, checkSignal, checkThread } from '../check-header.ts'
import { decodeText } from '../decode-value.ts'
import { encodeText } from '../encode-value.ts'
import { headerOf } from '../seal-entry.ts'
import type { ReceivedEntry } from './thread-receiver.ts'

/** The fields of one line, as JSON gives them. */
export type Fields = Readonly<Record<string, unknown>>

/** What begins a thread. */
export interface ThreadRecord {
  readonly thread: ThreadId
  readonly writers: 'one' | 'many'
  readonly created: number
  readonly origin?: Origin
}

/** Reads the line that begins a thread; throws, saying what is wrong, where it is none. */
export function threadRecord(fields: Fields): ThreadRecord {
  const thread = text(fields, 'thread')
  checkThread(thread)
  const { writers, origin } = fields
  if (writers !== 'one' && writers !== 'many') throw wrong('writers', "'one' or 'many'")
  const record = { thread, writers, created: count(fields, 'created') } as const
  return origin === undefined ? record : { ...record, origin: originOf(origin) }
}

/** Reads the line of one entry; throws, saying what is wrong, where it is none. */
export function entryRecord(fields: Fields, thread: ThreadId): ReceivedEntry {
  const sequence = count(fields, 'sequence')
  const isErased = fields['data'] === undefined
  const part = fields['part'] === undefined ? 0 : count(fields, 'part')
  const encoded = isErased ? undefined : text(fields, 'data')
  const rewind = isErased && fields['type'] === 'thread-rewound' ? { to: count(fields, 'to') } : undefined
  const data = encoded === undefined ? rewind : decodeText(encoded)
  // Whatever the header holds, `checkHeader` holds it against its rules before it is used.
  const header = { ...fields, data } as unknown as Entry
  checkHeader(header, thread, sequence)
  const sealed = headerOf(header, thread, sequence)
  const hash = hashOf(fields, 'hash')
  if (encoded === undefined) {
    const dataHash = hashOf(fields, 'dataHash')
    const entry: Entry = { ...sealed, data: undefined, salt: '', hash, erased: true, dataHash }
    return { entry, part, ...rewind }
  }
  if (encodeText(data) !== encoded) throw wrong('data', 'a value as the codec writes it')
  const salt = text(fields, 'salt')
  if (!/^[0-9a-f]{32}$/.test(salt)) throw wrong('salt', '16 bytes in lower-case hexadecimal')
  const entry: Entry = { ...sealed, data, salt, hash }
  const to = entry.type === 'thread-rewound' ? { to: rewoundTo(data) } : {}
  return { entry, bytes: Buffer.from(encoded, 'utf8'), part, ...to }
}

/** Reads the line of a signal; throws, saying what is wrong, where it is none. */
export function signalRecord(fields: Fields): NewSignal {
  const { record, chain, data, ...rest } = fields
  // `checkSignal` holds it against its rules before it is used.
  const signal = { ...rest, data: decodeText(text(fields, 'data')) } as unknown as NewSignal
  checkSignal(signal)
  return signal
}

/** Reads the line that begins an artifact; throws, saying what is wrong, where it is none. */
export function artifactRecord(fields: Fields): {
  readonly hash: Hash
  readonly size: number
  readonly mediaType: string
  readonly label: Label
} {
  // `checkLabel` holds it against its rules.
  const label = fields['label'] as Label
  checkLabel(label, () => 'The artifact', 'label')
  const size = count(fields, 'size')
  return { hash: hashOf(fields, 'hash'), size, mediaType: text(fields, 'mediaType'), label }
}

/** Reads the line that ends a thread; throws, saying what is wrong, where it is none. */
export function headRecord(fields: Fields): {
  readonly thread: ThreadId
  readonly sequence: Sequence
  readonly hash: Hash
} {
  return {
    thread: text(fields, 'thread'),
    sequence: count(fields, 'sequence'),
    hash: hashOf(fields, 'hash'),
  }
}

/** A field that is a text. */
export function text(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value !== 'string') throw wrong(name, 'a text')
  return value
}

function count(fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw wrong(name, 'a count')
  return value
}

function hashOf(fields: Fields, name: string): Hash {
  const value = text(fields, name)
  if (!/^[0-9a-f]{64}$/.test(value)) throw wrong(name, 'a SHA-256 in lower-case hexadecimal')
  return value
}

function originOf(value: unknown): Origin {
  if (typeof value !== 'object' || value === null) throw wrong('origin', 'a thread and a position')
  // An object's own fields, each checked below.
  const fields = value as Fields
  const thread = text(fields, 'thread')
  checkThread(thread)
  return { thread, at: count(fields, 'at') }
}

function rewoundTo(data: unknown): Sequence {
  // `checkHeader` found an earlier sequence there.
  return (data as { readonly to: Sequence }).to
}

function wrong(field: string, rule: string): TypeError {
  return new TypeError(`${field} is not ${rule}`)
}
