import { type Erasure, KeepupError, type Receipt, type Sequence, type ThreadId } from '@keepup/core'

import { checkOwnEntry } from '../backend/check-own-entry.ts'
import { genesisHash } from '../entry-hash.ts'
import { unknownThread } from '../unknown-position.ts'
import type { MemoryState } from './memory-state.ts'
import { firstSequence, forksOf, type MemoryThread } from './memory-thread.ts'
import { eraseEntry } from './stored-entry.ts'

/** Destroys data for good: some entries' or a whole thread's. */
export function eraseFromMemory(state: MemoryState, erasure: Erasure): Receipt {
  return erasure.entries === undefined
    ? eraseThread(state, erasure)
    : eraseEntries(state, erasure, erasure.entries)
}

function eraseThread(state: MemoryState, { thread, forks }: Erasure): Receipt {
  const record = state.threads.get(thread)
  if (record === undefined && state.signals.count(thread) === 0) throw unknownThread(thread)
  const dependants = forksOf(state.threads, thread)
  if (forks === 'refuse') refuseForks(thread, dependants)
  const gone = record === undefined ? [] : [record, ...dependants]
  const names = [thread, ...dependants.map((fork) => fork.thread)]
  const receipt: Receipt = {
    threads: names,
    entries: gone.reduce((sum, { entries }) => sum + entries.length, 0),
    signals: names.reduce((sum, name) => sum + state.signals.count(name), 0),
    snapshots: gone.reduce((sum, { snapshots }) => sum + snapshots.length, 0),
    hash: record?.hash ?? genesisHash(thread),
  }
  for (const { entries } of gone) {
    for (const { header } of entries) releaseArtifacts(state, header)
  }
  for (const name of names) {
    state.threads.delete(name)
    state.signals.erase(name)
    state.leases.revoke(name)
  }
  return receipt
}

function eraseEntries(state: MemoryState, erasure: Erasure, sequences: readonly Sequence[]): Receipt {
  const record = state.threads.get(erasure.thread)
  if (record === undefined) throw unknownThread(erasure.thread)
  for (const sequence of sequences) checkOwnEntry({ ...record, name: record.thread }, sequence)
  const first = Math.min(...sequences)
  const dependants = sharing(state, record.thread, first)
  if (erasure.forks === 'refuse') refuseForks(record.thread, dependants)

  let entries = 0
  for (const sequence of new Set(sequences)) entries += eraseOne(state, record, sequence)
  const affected = [record, ...dependants]
  for (const thread of affected) thread.erasures += 1
  const snapshots = affected.reduce((sum, thread) => sum + dropSnapshots(thread, first), 0)
  return {
    threads: affected.map(({ thread }) => thread),
    entries,
    signals: 0,
    snapshots,
    hash: record.hash,
  }
}

/** The forks whose past holds entries from a sequence on. */
function sharing(state: MemoryState, thread: ThreadId, first: Sequence): MemoryThread[] {
  const direct = [...state.threads.values()].filter(({ origin }) => origin?.thread === thread)
  return direct
    .filter(({ origin }) => origin !== undefined && origin.at >= first)
    .flatMap((fork) => [fork, ...sharing(state, fork.thread, first)])
}

/** How many entries that erased: 0 or 1. */
function eraseOne(state: MemoryState, record: MemoryThread, sequence: Sequence): number {
  const index = sequence - firstSequence(record)
  const stored = record.entries[index]
  if (stored === undefined || stored.bytes === undefined) return 0
  record.entries[index] = eraseEntry(stored)
  releaseArtifacts(state, stored.header)
  return 1
}

function releaseArtifacts(
  state: MemoryState,
  header: { readonly erased?: true; readonly artifacts?: readonly string[] },
): void {
  if (header.erased === true || header.artifacts === undefined) return
  state.artifacts?.release(header.artifacts, 'destroy')
}

function dropSnapshots(record: MemoryThread, from: Sequence): number {
  const before = record.snapshots.length
  record.snapshots = record.snapshots.filter(({ at }) => at < from)
  return before - record.snapshots.length
}

function refuseForks(thread: ThreadId, forks: readonly MemoryThread[]): void {
  if (forks.length === 0) return
  const names = forks.map((fork) => fork.thread)
  const message =
    `Thread ${thread} is the past of ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}. ` +
    'Erase those first, or erase with forks: cascade.'
  throw new KeepupError('thread-has-forks', message, { details: { thread, forks: names } })
}
