import { chainHash, type ReceivedEntry, type ReceivedPart } from '@keepup/checkpoint'
import { headMoved, unknownThread, waitAfter } from '@keepup/checkpoint/backend'

import { effectiveHistory } from './history.ts'
import { refuseHeld } from './lease-thread.ts'
import type { Parts } from './parts.ts'
import type { ThreadRow } from './thread-rows.ts'

/** Stores entries as they were sealed elsewhere, inside a body that writes; see `ThreadReceiver.receive`. */
export function receivePart(parts: Parts, part: ReceivedPart): void {
  const { cache } = parts
  cache.refresh()
  const thread = cache.ensure(part.thread)
  refuseHeld(parts, thread, '')
  if (thread.created === undefined) begin(parts, thread, part)
  if (part.after !== thread.head) throw headMoved(thread.name, part.after, thread.head)
  for (const received of part.entries) keep(parts, thread, received, part.withoutArtifacts === true)
  if (part.entries.length > 0) thread.due = waitAfter(thread.due, part.entries)
  cache.touch(thread)
  parts.threads.save(thread)
}

function begin(parts: Parts, thread: ThreadRow, { writers, created, origin }: ReceivedPart): void {
  thread.created = created
  thread.many = writers === 'many'
  if (origin === undefined) return
  const source = parts.cache.find(origin.thread)
  if (source?.created === undefined) throw unknownThread(origin.thread)
  effectiveHistory(parts, source, origin.at)
  thread.origin = { id: source.id, ...origin }
  thread.head = origin.at
  thread.hash = parts.threads.ownerAt(source, origin.at).hash
}

function keep(
  parts: Parts,
  thread: ThreadRow,
  { entry, bytes, part, to }: ReceivedEntry,
  withoutArtifacts: boolean,
): void {
  parts.entries.insert(thread.id, part, { entry, bytes })
  if (entry.erased !== true) {
    if (withoutArtifacts) parts.artifacts.addStored(thread.id, entry)
    else parts.artifacts.add(thread.id, entry)
  }
  if (to !== undefined) parts.rewinds.insert(thread.id, { sequence: entry.sequence, to })
  if (entry.type === 'thread-pruned') thread.base = entry.sequence
  thread.head = entry.sequence
  thread.hash = chainHash(entry)
}
