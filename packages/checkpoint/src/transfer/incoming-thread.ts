import { type Entry, type Hash, KeepupError, type Sequence, type ThreadId } from '@keepup/core'

import { chainHash, dataHash, entryHash, genesisHash } from '../entry-hash.ts'
import { chainHashAt } from './chain-hash-at.ts'
import { damagedLine } from './chained-lines.ts'
import { entryRecord, type Fields, headRecord, type ThreadRecord, threadRecord } from './export-record.ts'
import { damagedIn } from './import-artifact.ts'
import type { ImportTarget, ReceivedEntry } from './thread-receiver.ts'

/** So much is stored in one go: entries, and bytes of their data. */
const most = { entries: 256, bytes: 4 * 1024 * 1024 }

/** A thread that is being imported. */
export interface IncomingThread {
  readonly record: ThreadRecord
  /** What the target had of it before. */
  readonly existing: { readonly head: Sequence; readonly hash: Hash } | undefined
  /** The last entry read, and the chain's hash there. */
  at: Sequence
  chain: Hash
  /** Where the entries that wait to be stored begin. */
  after: Sequence
  made: boolean
  waiting: ReceivedEntry[]
  bytes: number
}

/** Begins a thread; see `importThreads` for how it fails. */
export async function beginThread(
  { checkpointer }: ImportTarget,
  fields: Fields,
  line: number,
): Promise<IncomingThread> {
  const record = damagedIn(line, () => threadRecord(fields))
  const { thread, origin } = record
  const view = await checkpointer.read(thread, { at: 0 })
  const exists = view.head > 0 || view.origin !== undefined
  const hash = exists ? await chainHashAt(checkpointer, thread, view.head) : undefined
  const chain =
    origin === undefined ? genesisHash(thread) : await chainHashAt(checkpointer, origin.thread, origin.at)
  if (chain === undefined) throw noOrigin(line, record)
  const at = origin?.at ?? 0
  const current: IncomingThread = {
    record,
    existing: hash === undefined ? undefined : { head: view.head, hash },
    at,
    chain,
    after: at,
    made: exists,
    waiting: [],
    bytes: 0,
  }
  if (current.existing !== undefined) {
    const { head } = current.existing
    if (head < at || (head === at && current.existing.hash !== chain)) throw otherHistory(line, thread, at)
  }
  return current
}

/** Takes the next entry. Whether it is one that the target did not have. */
export async function takeEntry(
  target: ImportTarget,
  current: IncomingThread,
  fields: Fields,
  line: number,
): Promise<boolean> {
  const received = damagedIn(line, () => entryRecord(fields, current.record.thread))
  follow(current, received, line)
  if (isKnown(current, received.entry, line)) return false
  current.waiting.push(received)
  current.bytes += received.bytes?.length ?? 0
  if (current.waiting.length >= most.entries || current.bytes >= most.bytes) {
    await store(target, current, 'process')
  }
  return true
}

/** Goes on by an entry that fits the chain. */
function follow(current: IncomingThread, { entry, bytes }: ReceivedEntry, line: number): void {
  const { thread, origin } = current.record
  // A base entry is the first that there is, hashed as if the thread began with it.
  const isBase = entry.type === 'thread-pruned'
  const follows = isBase ? current.at === 0 && origin === undefined : entry.sequence === current.at + 1
  if (!follows) {
    throw damagedLine(line, `entry ${entry.sequence} does not follow entry ${current.at} of thread ${thread}`)
  }
  const inner = bytes === undefined ? (entry.dataHash ?? '') : dataHash(entry.salt, bytes)
  if (entryHash(isBase ? genesisHash(thread) : current.chain, entry, inner) !== entry.hash) {
    throw damagedLine(line, `the hash of entry ${entry.sequence} of thread ${thread} does not fit`)
  }
  current.at = entry.sequence
  current.chain = chainHash(entry)
}

/** Whether the target had an entry before; where both can be compared, they must be the same. */
function isKnown(current: IncomingThread, { sequence, type }: Entry, line: number): boolean {
  const { existing, record } = current
  if (existing === undefined) return false
  if (sequence > existing.head) {
    // What lies between the target's head and a base is not in the file.
    if (type === 'thread-pruned') throw otherHistory(line, record.thread, existing.head)
    return false
  }
  if (sequence === existing.head && current.chain !== existing.hash) {
    throw otherHistory(line, record.thread, sequence)
  }
  current.after = sequence
  return true
}

/** Ends a thread, and stores what is left of it. */
export async function endThread(
  target: ImportTarget,
  current: IncomingThread,
  fields: Fields,
  line: number,
): Promise<void> {
  const { thread, sequence, hash } = damagedIn(line, () => headRecord(fields))
  if (thread !== current.record.thread || sequence !== current.at || hash !== current.chain) {
    throw damagedLine(line, `thread ${current.record.thread} does not end there`)
  }
  if (current.waiting.length > 0 || !current.made) await store(target, current, 'power')
  if (current.existing === undefined || sequence >= current.existing.head) return
  const here = await chainHashAt(target.checkpointer, thread, sequence)
  // Where it was pruned away, there is nothing to compare with, and nothing of it to store.
  if (here !== undefined && here !== hash) throw otherHistory(line, thread, sequence)
}

async function store(
  target: ImportTarget,
  current: IncomingThread,
  flush: 'process' | 'power',
): Promise<void> {
  const { record, after, waiting: entries } = current
  await target.checkpointer.receive({ ...record, after, entries, flush })
  Object.assign(current, { after: current.at, waiting: [], bytes: 0, made: true })
}

function noOrigin(line: number, { thread, origin }: ThreadRecord): KeepupError {
  const message =
    `Line ${line} of the export: thread ${thread} is a fork of ${origin?.thread} at ${origin?.at}, which is neither here nor earlier in the file. ` +
    `Import ${origin?.thread} first.`
  return new KeepupError('thread-unknown', message, { details: { line, thread } })
}

function otherHistory(line: number, thread: ThreadId, at: Sequence): KeepupError {
  const message =
    `Line ${line} of the export: thread ${thread} exists here with another history up to ${at}. Nothing of it was changed. ` +
    'Import into another store, or erase the thread here first.'
  return new KeepupError('thread-exists', message, { details: { line, thread, at } })
}
