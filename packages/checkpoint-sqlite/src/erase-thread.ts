import { genesisHash } from '@keepup/checkpoint'
import { checkOwnEntry, hasForks, unknownThread } from '@keepup/checkpoint/backend'
import type { Erasure, Receipt, Sequence } from '@keepup/core'

import type { Parts } from './parts.ts'
import type { ThreadRow } from './thread-rows.ts'

/** Destroys data inside a body that writes: some entries' or a whole thread's. What is left in the files is shredded after it. */
export type EraseThread = (erasure: Erasure) => Receipt

/** Prepares erasing over the parts. */
export function createEraseThread(parts: Parts): EraseThread {
  const { database } = parts
  const countEntries = database.prepare<number>(
    'SELECT count(*) FROM entry WHERE place BETWEEN ? << 32 AND (? << 32) | 0xffffffff',
    'value',
  )
  const dropEntries = database.prepare(
    'DELETE FROM entry WHERE place BETWEEN ? << 32 AND (? << 32) | 0xffffffff',
  )
  // Leases, signals, rewinds and snapshots go with it.
  const dropThread = database.prepare('DELETE FROM thread WHERE id = ?')

  function eraseWhole({ thread: name, forks }: Erasure): Receipt {
    const thread = parts.threads.find(name)
    if (thread === undefined || isEmptyName(thread)) throw unknownThread(name)
    const dependants = descendants(parts, thread, () => true)
    if (forks === 'refuse') refuseForks(thread, dependants)
    const gone = [thread, ...dependants]
    const receipt: Receipt = {
      threads: gone.map((each) => each.name),
      entries: sum(gone, (each) => countEntries.get(each.id, each.id) ?? 0),
      signals: sum(gone, (each) => parts.signals.count(each.id)),
      snapshots: sum(gone, (each) => parts.snapshots.count(each.id)),
      hash: thread.created === undefined ? genesisHash(name) : thread.hash,
    }
    // Forks first: a row that is an origin cannot go before them.
    for (const each of gone.toReversed()) {
      parts.artifacts.release(each.id, 0, 0xffffffff, 'destroy')
      dropEntries.run(each.id, each.id)
      dropThread.run(each.id)
    }
    return receipt
  }

  function isEmptyName(thread: ThreadRow): boolean {
    return thread.created === undefined && parts.signals.count(thread.id) === 0
  }

  return (erasure) => {
    parts.cache.forget()
    return erasure.entries === undefined ? eraseWhole(erasure) : eraseEntries(parts, erasure, erasure.entries)
  }
}

function eraseEntries(parts: Parts, erasure: Erasure, sequences: readonly Sequence[]): Receipt {
  const thread = parts.threads.find(erasure.thread)
  if (thread?.created === undefined) throw unknownThread(erasure.thread)
  for (const sequence of sequences) checkOwnEntry(thread, sequence)
  const first = Math.min(...sequences)
  const dependants = descendants(parts, thread, (fork) => (fork.origin?.at ?? 0) >= first)
  if (erasure.forks === 'refuse') refuseForks(thread, dependants)
  let entries = 0
  for (const sequence of new Set(sequences)) {
    if (!parts.entries.erase(thread.id, thread.name, sequence)) continue
    parts.artifacts.release(thread.id, sequence, sequence, 'destroy')
    entries += 1
  }
  const affected = [thread, ...dependants]
  for (const each of affected) parts.threads.countErasure(each)
  return {
    threads: affected.map(({ name }) => name),
    entries,
    signals: 0,
    snapshots: sum(affected, ({ id }) => parts.snapshots.dropFrom(id, first)),
    hash: thread.hash,
  }
}

/** Forks of a thread and forks of those, as far as they qualify. */
export function descendants(
  parts: Parts,
  thread: ThreadRow,
  qualifies: (fork: ThreadRow) => boolean,
): ThreadRow[] {
  const direct = parts.threads.forks(thread).filter(qualifies)
  return direct.flatMap((fork) => [fork, ...descendants(parts, fork, qualifies)])
}

function refuseForks(thread: ThreadRow, forks: readonly ThreadRow[]): void {
  if (forks.length === 0) return
  throw hasForks(
    thread.name,
    forks.map(({ name }) => name),
  )
}

function sum(threads: readonly ThreadRow[], count: (thread: ThreadRow) => number): number {
  return threads.reduce((total, thread) => total + count(thread), 0)
}
