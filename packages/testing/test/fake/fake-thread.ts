import { createHash } from 'node:crypto'

import {
  type Entry,
  KeepupError,
  type NewEntry,
  type Origin,
  type Owner,
  type Sequence,
  type StoredSnapshot,
  type ThreadSummary,
} from '@keepup/core'

import { exactCopy } from './exact-copy.ts'
import type { Mutant } from './mutant.ts'

/** A thread of the fake. */
export interface FakeThread {
  readonly id: string
  readonly writers: 'one' | 'many'
  readonly origin?: Origin | undefined
  readonly created: number
  updated: number
  /** Own entries by sequence. */
  entries: Map<Sequence, Entry>
  readonly commits: {
    readonly sequence: Sequence
    readonly time: number
    readonly types: readonly string[]
  }[]
  head: Sequence
  base: Sequence
  due?: number | undefined
  snapshots: StoredSnapshot[]
  erasures: number
}

/** What walking back a thread's history has found. */
interface Walk {
  readonly entries: Entry[]
  inherited?: Sequence
  owner: FakeThread
  position: Sequence
}

/** The effective entries of a thread at a position, oldest first, by walking back one entry at a time. */
export function effective(
  threads: ReadonlyMap<string, FakeThread>,
  thread: FakeThread,
  at: Sequence,
  mutant?: Mutant,
): { readonly entries: readonly Entry[]; readonly inherited: Sequence } {
  const walk: Walk = { entries: [], owner: thread, position: at }
  while (walk.position > 0) {
    const { origin, base } = walk.owner
    if (origin !== undefined && walk.position <= origin.at && base === 0) {
      walk.inherited ??= walk.position
      walk.owner = required(threads.get(origin.thread))
      if (mutant === "shares a fork's tail") walk.position = walk.owner.head
    } else {
      stepBack(walk, mutant)
    }
  }
  return { entries: walk.entries.toReversed(), inherited: walk.inherited ?? 0 }
}

function stepBack(walk: Walk, mutant: Mutant | undefined): void {
  const { owner, position } = walk
  if (position < owner.base)
    throw new KeepupError('checkpoint-unknown', `Position ${position} was pruned away.`)
  const entry = required(owner.entries.get(position))
  walk.entries.push(entry)
  const to = mutant === 'ignores rewinds' ? undefined : target(entry, mutant)
  if (to !== undefined) walk.inherited ??= to
  walk.position = position === owner.base ? 0 : (to ?? position - 1)
}

function target(entry: Entry, mutant: Mutant | undefined): Sequence | undefined {
  if (entry.type !== 'thread-rewound') return undefined
  // The commit checked it.
  const { to } = entry.data as { to: Sequence }
  return mutant === 'forgets what a rewind hid' ? Math.min(to, 2) : to
}

/** The entry as it is stored, or why it cannot be. */
export function seal(
  thread: FakeThread,
  entry: NewEntry,
  previous: string,
  salt: string,
  mutant?: Mutant,
): Entry {
  if (mutant !== 'accepts any header') checkHeader(entry, thread)
  if (entry.type === 'thread-rewound') checkRewind(entry.data, thread.head)
  const sequence = thread.head + 1
  const header = [previous, thread.id, sequence, salt, entry.type, entry.time, entry.id, entry.cause]
  const hash = createHash('sha256').update(JSON.stringify(header)).digest('hex')
  const data = mutant === 'stores what the caller still holds' ? entry.data : storedData(entry.data, mutant)
  return { ...entry, data, thread: thread.id, sequence, salt, hash }
}

function storedData(data: unknown, mutant: Mutant | undefined): unknown {
  if (mutant === 'stores functions as nothing' && hasFunction(data)) return undefined
  const copy = exactCopy(data)
  if (mutant === 'loses the sign of zero') return Object.is(copy, -0) ? 0 : copy
  if (mutant === 'stores dates as text')
    return JSON.stringify(data)?.includes('Z"') ? JSON.parse(JSON.stringify(data)) : copy
  return copy
}

function hasFunction(data: unknown): boolean {
  if (typeof data === 'function') return true
  return (
    typeof data === 'object' &&
    data !== null &&
    Object.values(data).some((value) => typeof value === 'function')
  )
}

function checkHeader(entry: NewEntry, thread: FakeThread): void {
  const fine =
    /^[a-z0-9/-]{1,64}$/.test(entry.type) &&
    Number.isSafeInteger(entry.version) &&
    entry.version >= 1 &&
    Number.isFinite(entry.time) &&
    /^[A-Za-z0-9:._/@+-]{1,200}$/.test(entry.by) &&
    (entry.id === undefined || thread.writers === 'many')
  if (!fine) throw new KeepupError('entry-invalid', `The header of entry ${entry.type} breaks its rules.`)
}

function checkRewind(data: unknown, head: Sequence): void {
  const to: unknown = typeof data === 'object' && data !== null && 'to' in data ? data.to : undefined
  if (typeof to === 'number' && Number.isSafeInteger(to) && to >= 0 && to <= head) return
  throw new KeepupError('entry-invalid', `A thread cannot be rewound to ${String(to)}.`)
}

/** What must be there. */
export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new KeepupError('internal', 'The fake lost something.')
  return value
}

/** An entry that its reader may change. */
export function copyEntry(entry: Entry): Entry {
  return { ...entry, data: copyOrSame(entry.data) }
}

function copyOrSame(data: unknown): unknown {
  try {
    return exactCopy(data)
  } catch {
    return data
  }
}

/** A thread that a commit may change before it is known to succeed. */
export function copyThread(thread: FakeThread): FakeThread {
  return { ...thread, entries: new Map(thread.entries), commits: [...thread.commits] }
}

/** Every artifact that an entry names. */
export function namedArtifacts(threads: Iterable<FakeThread>): ReadonlySet<string> {
  const entries = [...threads].flatMap((thread) => [...thread.entries.values()])
  return new Set(entries.flatMap(({ artifacts = [] }) => artifacts))
}

/** What can be told of a thread without its entries. */
export function summarise(thread: FakeThread, pending: number, owner: Owner | undefined): ThreadSummary {
  const { id, head, created, updated, writers, origin, due } = thread
  return {
    thread: id,
    head,
    created,
    updated: created + updated,
    writers,
    pending,
    ...(origin && { origin }),
    ...(due !== undefined && { due }),
    ...(owner && { owner }),
  }
}
