import { sealBase } from '@keepup/checkpoint'
import { checkErasures, checkPrune, type RewoundThread, unknownThread } from '@keepup/checkpoint/backend'
import type { Entry, Pruning, Receipt, Sequence } from '@keepup/core'

import { checkLease } from './commit-batch.ts'
import { descendants } from './erase-thread.ts'
import { effectiveHistory } from './history.ts'
import type { Parts } from './parts.ts'
import type { ThreadRow } from './thread-rows.ts'

/** Replaces a thread's oldest entries by a base entry, inside a body that writes. */
export type PruneThread = (pruning: Pruning) => Receipt

/** Prepares pruning over the parts. */
export function createPruneThread(parts: Parts): PruneThread {
  const dropThrough = parts.database.prepare(
    'DELETE FROM entry WHERE place BETWEEN ? << 32 AND (? << 32) | ?',
  )
  // What is left of a commit that was cut counts its parts from 0 again.
  const nextCommit = parts.database.prepare<number>(
    `SELECT place & 0xffffffff FROM entry
     WHERE place BETWEEN (? << 32) | ? AND (? << 32) | 0xffffffff AND part = 0 ORDER BY place LIMIT 1`,
    'value',
  )
  const recount = parts.database.prepare(
    `UPDATE entry SET part = (place & 0xffffffff) - ? WHERE place BETWEEN (? << 32) | ? AND (? << 32) | ?`,
  )
  return (pruning) => {
    const { thread: name, through } = pruning
    parts.cache.refresh()
    const thread = parts.cache.find(name)
    checkLease(parts, thread, pruning)
    if (thread?.created === undefined) throw unknownThread(name)
    checkErasures(name, pruning.erasures, thread.erasures)
    const rewound = (each: ThreadRow): RewoundThread => ({ thread: each, rewinds: parts.rewinds.of(each.id) })
    checkPrune(rewound(thread), descendants(parts, thread, () => true).map(rewound), through)

    const sealed = sealBase({
      pruning,
      past: pastOf(parts, thread, through),
      replaced: parts.threads.ownerAt(thread, through).hash,
      salt: parts.newSalt(),
    })
    parts.artifacts.release(thread.id, 0, through, 'keep')
    const entries = dropThrough.run(thread.id, thread.id, through).changes
    const first = through + 1
    const next = nextCommit.get(thread.id, first, thread.id) ?? thread.head + 1
    recount.run(first, thread.id, first, thread.id, next - 1)
    parts.entries.insert(thread.id, 0, sealed)
    parts.artifacts.add(thread.id, sealed.entry)
    parts.rewinds.prune(thread.id, through)
    const snapshots = parts.snapshots.dropBefore(thread.id, through)
    const receipt: Receipt = { threads: [name], entries, signals: 0, snapshots, hash: thread.hash }
    thread.base = through
    thread.origin = undefined
    parts.cache.touch(thread)
    parts.threads.save(thread)
    return receipt
  }
}

/** Everything that the base entry replaces, inherited entries included. */
function pastOf(parts: Parts, thread: ThreadRow, through: Sequence): Entry[] {
  const history = effectiveHistory(parts, thread, through)
  return history.ranges.flatMap(({ thread: name, from, to }) => {
    const owner = history.threads.get(name)
    return owner === undefined ? [] : parts.entries.between(owner.id, owner.name, from, to)
  })
}
