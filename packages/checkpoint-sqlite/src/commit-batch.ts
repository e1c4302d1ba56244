import { checkAppend, leaseLost, sealEntry } from '@keepup/checkpoint'
import {
  channelFull,
  earliestWait,
  headIsForMany,
  headMoved,
  idIsForMany,
  threadExists,
  unknownThread,
} from '@keepup/checkpoint/backend'
import type {
  Append,
  Checkpoint,
  Commit,
  Entry,
  LeaseToken,
  NewEntry,
  NewSignal,
  Sequence,
} from '@keepup/core'

import { effectiveHistory } from './history.ts'
import type { Parts } from './parts.ts'
import type { ThreadRow } from './thread-rows.ts'

/** Writes a commit inside a body that writes; what it throws undoes the whole. */
export type CommitBatch = (batch: Commit) => readonly Checkpoint[]

/** Prepares committing over the parts. */
export function createCommitBatch(parts: Parts): CommitBatch {
  const { cache, entries, signals, artifacts, rewinds } = parts
  const knownId = parts.database.prepare<number>(
    'SELECT 1 FROM entry WHERE place >> 32 = ? AND id = ? AND id IS NOT NULL',
    'value',
  )

  function append(request: Append): Checkpoint {
    checkAppend(request)
    const thread = openFor(parts, request)
    for (const signal of request.takes ?? []) signals.take(thread.id, thread.name, signal)
    const stored: Entry[] = []
    for (const entry of request.entries) {
      if (isKnown(thread, entry)) continue
      stored.push(store(thread, entry, stored.length))
    }
    if (stored.length > 0) settle(parts, thread, stored)
    return { thread: thread.name, sequence: thread.head, hash: thread.hash, entries: stored }
  }

  function isKnown(thread: ThreadRow, entry: NewEntry): boolean {
    if (entry.id === undefined) return false
    if (!thread.many) throw idIsForMany(thread.name, entry.id)
    return knownId.get(thread.id, entry.id) !== undefined
  }

  function store(thread: ThreadRow, entry: NewEntry, part: number): Entry {
    const sealed = sealEntry({
      thread: thread.name,
      sequence: thread.head + 1,
      previous: thread.hash,
      entry,
      salt: parts.newSalt(),
    })
    const { sequence, hash, type } = sealed.entry
    entries.insert(thread.id, part, sealed)
    if (sealed.entry.artifacts !== undefined) artifacts.add(thread.id, sealed.entry)
    if (type === 'thread-rewound')
      rewinds.insert(thread.id, { sequence, to: targetOf(parts, thread, sealed.entry) })
    thread.head = sequence
    thread.hash = hash
    return sealed.entry
  }

  return (batch) => {
    cache.refresh()
    const checkpoints = batch.appends.map(append)
    for (const signal of batch.signals ?? []) sendOrFail(parts, signal)
    return checkpoints
  }
}

/** Fails `lease-lost` unless the token is that of the thread's live lease. */
export function checkLease(
  parts: Parts,
  thread: ThreadRow | undefined,
  request: { thread: string; lease?: LeaseToken },
): void {
  const held = thread?.lease
  const isLive = held !== undefined && held.token === request.lease && held.expires > parts.clock.now()
  if (!isLive) throw leaseLost(request.thread, request.lease)
}

/** The thread of an append that may be made where the thread stands: its lease, its place, its kind. */
function openFor(parts: Parts, request: Append): ThreadRow {
  const { after, lease, writers } = request
  const thread = parts.cache.find(request.thread)
  if (lease !== undefined || after !== 'head') checkLease(parts, thread, request)
  if (thread === undefined) throw unknownThread(request.thread)
  if (after === 'head') checkMany(thread, lease)
  else if (after !== thread.head) throw headMoved(thread.name, after, thread.head)
  if (writers === undefined) return thread
  if (thread.created !== undefined)
    throw threadExists(thread.name, 'Its writers cannot be chosen any more: leave out writers.')
  thread.many = writers === 'many'
  return thread
}

function checkMany(thread: ThreadRow, lease: LeaseToken | undefined): void {
  if (thread.created === undefined) throw unknownThread(thread.name)
  if (thread.many) return
  throw lease === undefined ? leaseLost(thread.name, lease) : headIsForMany(thread.name)
}

/** Where a rewind goes to. Its header was checked; what it names must exist still. */
function targetOf(parts: Parts, thread: ThreadRow, entry: Entry): Sequence {
  const { to } = entry.data as { readonly to: Sequence }
  if (thread.created !== undefined) effectiveHistory(parts, thread, Math.min(to, thread.head))
  return to
}

/** Brings the thread's row up to what was appended. It need not be written where the thread was the last to change already. */
function settle(parts: Parts, thread: ThreadRow, stored: readonly Entry[]): void {
  const due = earliestWait(thread.due, stored)
  const isChanged = parts.cache.touch(thread) || due !== thread.due || thread.created === undefined
  if (!isChanged) return
  thread.due = due
  thread.created ??= stored[0]?.time
  parts.threads.save(thread)
}

function sendOrFail(parts: Parts, signal: NewSignal): void {
  const receipt = sendSignal(parts, signal)
  if (receipt === 'full') throw channelFull(signal.thread, signal.channel, parts.capacity)
}

/** Stores a signal inside a body that writes. */
export function sendSignal(parts: Parts, signal: NewSignal): ReturnType<Parts['signals']['send']> {
  return parts.signals.send(parts.cache.ensure(signal.thread), signal)
}
