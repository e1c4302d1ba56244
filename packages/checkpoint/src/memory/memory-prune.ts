import { KeepupError, type Pruning, type Receipt, type Sequence } from '@keepup/core'

import { checkErasures } from '../backend/thread-errors.ts'
import { sealBase } from '../seal-base.ts'
import { unknownPosition, unknownThread } from '../unknown-position.ts'
import type { MemoryState } from './memory-state.ts'
import { effectiveHistory, firstSequence, hashAt, loadHistory, type MemoryThread } from './memory-thread.ts'
import { storeEntry } from './stored-entry.ts'

/** Replaces a thread's oldest entries by a base entry. */
export function pruneInMemory(state: MemoryState, pruning: Pruning): Receipt {
  const { thread, through, lease } = pruning
  state.leases.check(thread, lease)
  const record = state.threads.get(thread)
  if (record === undefined) throw unknownThread(thread)
  checkErasures(thread, pruning.erasures, record.erasures)
  checkThrough(record, through)
  checkRewinds(record, through)
  checkForks(state, record, through)

  const past = loadHistory(state.threads, effectiveHistory(state.threads, record, through), 0)
  const base = storeEntry(
    sealBase({
      pruning,
      past,
      replaced: hashAt(state.threads, record, through),
      salt: state.newSalt(),
    }),
  )
  const replaced = record.entries.slice(0, through - firstSequence(record) + 1)
  const snapshots = record.snapshots.filter(({ at }) => at >= through)
  const receipt: Receipt = {
    threads: [thread],
    entries: replaced.length,
    signals: 0,
    snapshots: record.snapshots.length - snapshots.length,
    hash: record.hash,
  }
  if (base.header.artifacts !== undefined) state.artifacts?.hold(base.header.artifacts)
  for (const { header } of replaced) {
    if (header.erased !== true) state.artifacts?.release(header.artifacts ?? [], 'keep')
  }
  record.entries = [base, ...record.entries.slice(replaced.length)]
  record.rewinds = record.rewinds.filter(({ sequence }) => sequence > through)
  record.commits = [through, ...record.commits.filter((sequence) => sequence > through)]
  record.snapshots = snapshots
  record.base = through
  record.origin = undefined
  record.changed = state.nextChange()
  return receipt
}

/** Only own entries can be replaced: what a fork inherited belongs to another thread. */
function checkThrough(record: MemoryThread, through: Sequence): void {
  if (through > record.head || !Number.isSafeInteger(through)) {
    throw unknownPosition(record.thread, through, record.head)
  }
  const first = firstSequence(record)
  if (through >= first) return
  const message = `Thread ${record.thread} cannot be pruned through ${through}: its own entries begin at ${first}. Prune through a later one.`
  throw new KeepupError('checkpoint-unknown', message, { details: { thread: record.thread, through, first } })
}

/** A later rewind to before the base would leave the thread without a past. */
function checkRewinds(record: MemoryThread, through: Sequence): void {
  const later = record.rewinds.findLast(({ sequence, to }) => sequence > through && to < through)
  if (later === undefined) return
  const message =
    `Thread ${record.thread} cannot be pruned through ${through}, because entry ${later.sequence} rewound it to ${later.to}. ` +
    `Prune through ${later.sequence} or later, or through ${later.to}.`
  throw new KeepupError('checkpoint-unknown', message, { details: { thread: record.thread, through } })
}

/** A fork, or a rewind in one, that goes back to before the base needs what would be replaced. */
function checkForks(state: MemoryState, record: MemoryThread, through: Sequence): void {
  for (const fork of state.threads.values()) {
    if (fork.origin?.thread !== record.thread) continue
    if (fork.origin.at < through || fork.rewinds.some(({ to }) => to < through)) {
      const message =
        `Thread ${record.thread} cannot be pruned through ${through}, because thread ${fork.thread} is a fork that needs what came before. ` +
        'Prune through an earlier entry, or prune or erase that thread first.'
      throw new KeepupError('thread-has-forks', message, {
        details: { thread: record.thread, forks: [fork.thread] },
      })
    }
    checkForks(state, fork, through)
  }
}
