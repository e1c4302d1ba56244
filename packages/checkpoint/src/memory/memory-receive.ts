import type { Entry } from '@keepup/core'

import { waitAfter } from '../backend/earliest-wait.ts'
import { artifactNotStored, headMoved } from '../backend/thread-errors.ts'
import { chainHash, genesisHash } from '../entry-hash.ts'
import type { ReceivedEntry, ReceivedPart } from '../transfer/thread-receiver.ts'
import { unknownThread } from '../unknown-position.ts'
import type { MemoryState } from './memory-state.ts'
import { effectiveHistory, hashAt, type MemoryThread } from './memory-thread.ts'

/** Stores entries as they were sealed elsewhere; checks everything first. */
export function receiveInMemory(state: MemoryState, part: ReceivedPart): void {
  const existing = state.threads.get(part.thread)
  state.leases.checkFree(part.thread)
  const head = existing?.head ?? part.origin?.at ?? 0
  if (part.after !== head) throw headMoved(part.thread, part.after, head)
  const record = existing ?? newThread(state, part)
  if (part.withoutArtifacts !== true) for (const { entry } of part.entries) checkArtifacts(state, entry)
  for (const received of part.entries) keep(state, record, received)
  settle(record, part.entries)
  record.changed = state.nextChange()
  state.threads.set(part.thread, record)
  state.watchers.notify(part.thread)
}

function checkArtifacts(state: MemoryState, entry: Entry): void {
  if (entry.erased === true) return
  const missing = entry.artifacts?.find((artifact) => state.artifacts?.has(artifact) !== true)
  if (missing !== undefined) throw artifactNotStored(entry.type, missing)
}

function settle(record: MemoryThread, entries: readonly ReceivedEntry[]): void {
  const last = entries.at(-1)
  if (last === undefined) return
  record.due = waitAfter(record.due, entries)
  record.updated = last.entry.time
}

function newThread(state: MemoryState, { thread, writers, created, origin }: ReceivedPart): MemoryThread {
  const source = origin === undefined ? undefined : state.threads.get(origin.thread)
  if (origin !== undefined) {
    if (source === undefined) throw unknownThread(origin.thread)
    effectiveHistory(state.threads, source, origin.at)
  }
  return {
    thread,
    writers,
    created,
    updated: created,
    changed: 0,
    origin,
    base: undefined,
    entries: [],
    head: origin?.at ?? 0,
    hash:
      source === undefined || origin === undefined
        ? genesisHash(thread)
        : hashAt(state.threads, source, origin.at),
    rewinds: [],
    commits: [],
    due: undefined,
    ids: new Set(),
    snapshots: [],
    erasures: 0,
  }
}

function keep(state: MemoryState, record: MemoryThread, { entry, bytes, part, to }: ReceivedEntry): void {
  const chain = chainHash(entry)
  record.entries.push({ header: { ...entry, data: undefined } as typeof entry, bytes, chain })
  if (entry.type === 'thread-pruned') record.base = entry.sequence
  if (to !== undefined) record.rewinds.push({ sequence: entry.sequence, to })
  if (entry.id !== undefined) record.ids.add(entry.id)
  if (entry.erased !== true && entry.artifacts !== undefined)
    state.artifacts?.hold(entry.artifacts.filter((artifact) => state.artifacts?.has(artifact) === true))
  if (part > 0) record.commits.pop()
  record.commits.push(entry.sequence)
  record.head = entry.sequence
  record.hash = chain
}
