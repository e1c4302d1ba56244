import type {
  CheckpointSummary,
  Entry,
  FoldRef,
  Page,
  PendingSignal,
  Sequence,
  StoredSnapshot,
  ThreadId,
  ThreadSummary,
  ThreadView,
  Timestamp,
} from '@keepup/core'

import type { EffectiveHistory } from '../effective-ranges.ts'
import { genesisHash } from '../entry-hash.ts'
import { unknownPosition } from '../unknown-position.ts'
import type { MemoryState } from './memory-state.ts'
import { effectiveHistory, hashAt, loadHistory, type MemoryThread, storedBetween } from './memory-thread.ts'
import { loadEntry } from './stored-entry.ts'

/** The effective history up to a position. */
export function readView(
  state: MemoryState,
  thread: ThreadId,
  options: { readonly at?: Sequence; readonly fold?: FoldRef },
): ThreadView {
  const record = state.threads.get(thread)
  if (record === undefined) return emptyView(thread, options.at)
  const at = options.at ?? record.head
  const history = effectiveHistory(state.threads, record, at)
  const snapshot = options.fold === undefined ? undefined : newestSnapshot(state, history, options.fold)
  return {
    thread,
    head: record.head,
    at,
    hash: hashAt(state.threads, record, at),
    ...(record.origin === undefined ? {} : { origin: { ...record.origin } }),
    inherited: history.inherited,
    ...(record.erasures === 0 ? {} : { erasures: record.erasures }),
    ...(snapshot === undefined ? {} : { snapshot: { ...snapshot, bytes: snapshot.bytes.slice() } }),
    entries: loadHistory(state.threads, history, snapshot?.at ?? 0),
  }
}

function emptyView(thread: ThreadId, at: Sequence = 0): ThreadView {
  if (at !== 0) throw unknownPosition(thread, at, 0)
  return { thread, head: 0, at, hash: genesisHash(thread), inherited: 0, entries: [] }
}

/**
 * The newest snapshot whose position lies in the history, so that its own history is a beginning of this one. One of the asked version wins
 * over a newer one of another version.
 */
function newestSnapshot(
  state: MemoryState,
  history: EffectiveHistory,
  fold: FoldRef,
): StoredSnapshot | undefined {
  const usable = history.ranges.flatMap(({ thread, from, to }) =>
    (state.threads.get(thread)?.snapshots ?? []).filter(
      (snapshot) => snapshot.fold.id === fold.id && snapshot.at >= from && snapshot.at <= to,
    ),
  )
  const ofVersion = usable.filter((snapshot) => snapshot.fold.version === fold.version)
  return (ofVersion.length > 0 ? ofVersion : usable).toSorted((a, b) => b.at - a.at)[0]
}

/** Own entries after a position, rewound ones included. */
export async function* readLog(state: MemoryState, thread: ThreadId, after: Sequence): AsyncGenerator<Entry> {
  const record = state.threads.get(thread)
  if (record === undefined) return
  const end = record.head
  for (let cursor = after; cursor < end;) {
    const [stored] = storedBetween(record, cursor + 1, Math.max(cursor + 1, firstAfter(record, cursor)))
    if (stored === undefined) return
    cursor = stored.header.sequence
    yield loadEntry(stored)
  }
}

function firstAfter(record: MemoryThread, after: Sequence): Sequence {
  return record.entries[0] === undefined ? after : Math.max(after + 1, record.entries[0].header.sequence)
}

/** Own checkpoints, newest first. */
export async function* readCommits(
  state: MemoryState,
  thread: ThreadId,
  page: Page & { readonly before?: Sequence },
): AsyncGenerator<CheckpointSummary> {
  const record = state.threads.get(thread)
  if (record === undefined) return
  const commits = [...record.commits]
  const before = page.before ?? Infinity
  const newest = commits.findLastIndex((sequence) => sequence < before)
  const oldest = Math.max(0, newest + 1 - (page.limit ?? Infinity))
  for (let index = newest; index >= oldest; index -= 1) {
    const sequence = commits[index] ?? 0
    const stored = storedBetween(record, (commits[index - 1] ?? 0) + 1, sequence)
    const time = stored.at(-1)?.header.time ?? record.updated
    yield { thread, sequence, time, types: stored.map(({ header }) => header.type) }
  }
}

/** What can be told of each thread, most recently changed first. */
export async function* readThreads(
  state: MemoryState,
  query: Page & { readonly due?: Timestamp },
): AsyncGenerator<ThreadSummary> {
  const { due, limit = Infinity } = query
  const found = [...state.threads.values()]
    .filter((record) => due === undefined || (record.due !== undefined && record.due <= due))
    .toSorted((a, b) => b.changed - a.changed)
  for (const record of found.slice(0, limit)) yield summaryOf(state, record)
}

function summaryOf(state: MemoryState, record: MemoryThread): ThreadSummary {
  const { thread, head, created, updated, origin, writers, due } = record
  const owner = state.leases.owner(thread)
  return {
    thread,
    head,
    created,
    updated,
    writers,
    pending: state.signals.count(thread),
    ...(origin === undefined ? {} : { origin: { ...origin } }),
    ...(due === undefined ? {} : { due }),
    ...(owner === undefined ? {} : { owner: { ...owner } }),
  }
}

/** Own entries after a position and waiting signals, as they come. */
export function watchThread(
  state: MemoryState,
  thread: ThreadId,
  options: { readonly after?: Sequence; readonly signal: AbortSignal },
): AsyncIterable<{ readonly entry: Entry } | { readonly signal: PendingSignal }> {
  // Taken now, not at the first step, so that nothing that follows the call is missed.
  const start = options.after ?? state.threads.get(thread)?.head ?? 0
  return follow(state, thread, start, options.signal)
}

async function* follow(
  state: MemoryState,
  thread: ThreadId,
  start: Sequence,
  signal: AbortSignal,
): AsyncGenerator<{ readonly entry: Entry } | { readonly signal: PendingSignal }> {
  let cursor = start
  let position = 0
  while (!signal.aborted && !state.watchers.closed) {
    const record = state.threads.get(thread)
    const stored = record === undefined ? [] : storedBetween(record, cursor + 1, record.head)
    const signals = state.signals.pending(thread, position)
    if (stored.length + signals.length === 0) {
      await state.watchers.wait(thread, signal)
      continue
    }
    for (const entry of stored) {
      if (signal.aborted) return
      cursor = entry.header.sequence
      yield { entry: loadEntry(entry) }
    }
    for (const pending of signals) {
      if (signal.aborted) return
      position = pending.position
      yield { signal: pending }
    }
  }
}
