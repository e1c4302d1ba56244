import {
  type Append,
  type Checkpointer,
  type Entry,
  type Key,
  KeepupError,
  type KeyRing,
  type NewEntry,
  type NewSignal,
  type PendingSignal,
  type Pruning,
  type StoredSnapshot,
  type ThreadId,
  type ThreadView,
} from '@keepup/core'

import { decodeValue } from '../decode-value.ts'
import { encodeValue } from '../encode-value.ts'
import { isSealed, openValue, type Place, sealValue } from './sealed-value.ts'

/**
 * A checkpointer that encrypts content before it reaches the one it is over, whatever backend that is: the data of entries and signals, snapshots, and the states of
 * pruned threads, with AES-256-GCM under a key for each thread, bound to thread, sequence (or id) and type. Headers stay readable: types, times,
 * actors, labels. So does where a rewind goes to.
 *
 * Hashes cover what is stored, so that `verifyThread`, `exportThreads` and `copyThreads` work on the checkpointer below, without keys. Content that was stored before
 * is read as it is. Erasing a thread destroys its keys as well. Content whose key is missing or another one fails `keys-required`.
 */
export function encryptedCheckpointer(below: Checkpointer, ring: KeyRing): Checkpointer {
  return {
    async commit(batch) {
      const appends = await Promise.all(batch.appends.map((append) => sealAppend(ring, append)))
      const signals = await Promise.all((batch.signals ?? []).map((signal) => sealSignal(ring, signal)))
      const made = await below.commit({
        ...batch,
        appends,
        ...(batch.signals === undefined ? {} : { signals }),
      })
      return Promise.all(
        made.map(async (each) => ({ ...each, entries: await openEntries(ring, each.entries) })),
      )
    },
    signal: async (signals, flush) =>
      below.signal(await Promise.all(signals.map((signal) => sealSignal(ring, signal))), flush),
    pending: async (thread) =>
      Promise.all((await below.pending(thread)).map((signal) => openSignal(ring, signal))),
    read: (thread, options) => read(below, ring, thread, options),
    async *log(thread, after) {
      const keys = rememberedKeys(ring)
      for await (const entry of below.log(thread, after)) yield openEntry(keys, entry)
    },
    history: (thread, page) => below.history(thread, page),
    threads: (query) => below.threads(query),
    async *watch(thread, options) {
      for await (const seen of below.watch(thread, options)) {
        if ('entry' in seen) yield { entry: await openEntry(ring, seen.entry) }
        else yield { signal: await openSignal(ring, seen.signal) }
      }
    },
    fork: (from, to) => below.fork(from, to),
    lease: (thread, owner, ttl) => below.lease(thread, owner, ttl),
    within: (transaction) => encryptedCheckpointer(below.within(transaction), ring),
    snapshot: async (thread, stored, lease) =>
      below.snapshot(thread, await sealSnapshot(ring, thread, stored), lease),
    async erase(erasure) {
      const receipt = await below.erase(erasure)
      if (erasure.entries === undefined) for (const thread of receipt.threads) await ring.destroy(thread)
      return receipt
    },
    prune: async (pruning) => below.prune(await sealPruning(ring, pruning)),
    [Symbol.asyncDispose]: () => below[Symbol.asyncDispose](),
  }
}

async function presentKey(ring: KeyRing, scope: ThreadId): Promise<Key> {
  const key = await ring.get(scope)
  if (key !== undefined) return key
  const message = `The key ring gives no key for thread ${scope}. Nothing was written; give a ring that makes one.`
  throw new KeepupError('keys-required', message, { details: { scope, reason: 'missing' } })
}

async function sealAppend(ring: KeyRing, append: Append): Promise<Append> {
  const key = await presentKey(ring, append.thread)
  const { after, thread } = append
  const entries = append.entries.map((entry, index) => {
    // Sequences are not known before where others write too, and shift where a known id is passed over.
    const at = entry.id ?? (after === 'head' || hasIds(append) ? null : after + index + 1)
    return isOpen(entry)
      ? entry
      : { ...entry, data: sealValue(key, placeOf(thread, at, entry.type), entry.data) }
  })
  return { ...append, entries }
}

/** A ring that is asked once for each key, for as long as one call lasts: a key that is destroyed is soon gone everywhere. */
function rememberedKeys(ring: KeyRing): KeyRing {
  const keys = new Map<string, Promise<Key | undefined>>()
  return {
    ...ring,
    get(scope, id) {
      const name = JSON.stringify([scope, id])
      const key = keys.get(name) ?? ring.get(scope, id)
      keys.set(name, key)
      return key
    },
  }
}

function hasIds({ entries }: Append): boolean {
  return entries.some(({ id }) => id !== undefined)
}

/** Backends read where a rewind goes to. */
function isOpen({ type }: NewEntry): boolean {
  return type === 'thread-rewound'
}

function placeOf(scope: ThreadId, at: Place['at'], type: string): Place {
  return { kind: 'entry', scope, at, type }
}

function openEntries(ring: KeyRing, entries: readonly Entry[]): Promise<Entry[]> {
  const keys = rememberedKeys(ring)
  return Promise.all(entries.map((entry) => openEntry(keys, entry)))
}

async function openEntry(ring: KeyRing, entry: Entry): Promise<Entry> {
  if (entry.type === 'thread-pruned') return openBase(ring, entry)
  if (!isSealed(entry.data)) return entry
  const place = placeOf(entry.thread, entry.id ?? entry.sequence, entry.type)
  return { ...entry, data: await openValue(ring, place, entry.data) }
}

async function openBase(ring: KeyRing, entry: Entry): Promise<Entry> {
  const { data } = entry
  if (typeof data !== 'object' || data === null || !('state' in data) || !isSealed(data.state)) return entry
  const state = await openValue(ring, statePlace(entry.thread, entry.sequence), data.state)
  return { ...entry, data: { ...data, state } }
}

function statePlace(scope: ThreadId, at: number): Place {
  return { kind: 'state', scope, at, type: 'thread-pruned' }
}

async function sealPruning(ring: KeyRing, pruning: Pruning): Promise<Pruning> {
  const { thread, through } = pruning
  const key = await presentKey(ring, thread)
  return { ...pruning, state: sealValue(key, statePlace(thread, through), pruning.state) }
}

async function sealSignal(ring: KeyRing, signal: NewSignal): Promise<NewSignal> {
  const key = await presentKey(ring, signal.thread)
  return { ...signal, data: sealValue(key, signalPlace(signal), signal.data) }
}

async function openSignal(ring: KeyRing, signal: PendingSignal): Promise<PendingSignal> {
  return { ...signal, data: await openValue(ring, signalPlace(signal), signal.data) }
}

function signalPlace({ thread, id, type }: NewSignal): Place {
  return { kind: 'signal', scope: thread, at: id, type }
}

async function sealSnapshot(ring: KeyRing, scope: ThreadId, stored: StoredSnapshot): Promise<StoredSnapshot> {
  const key = await presentKey(ring, scope)
  const sealed = sealValue(key, snapshotPlace(scope, stored), stored.bytes)
  return { ...stored, bytes: encodeValue([scope, sealed]) }
}

function snapshotPlace(scope: ThreadId, { fold, at }: StoredSnapshot): Place {
  return { kind: 'snapshot', scope, at, type: `${fold.id} ${fold.version}` }
}

async function read(
  below: Checkpointer,
  ring: KeyRing,
  thread: ThreadId,
  options: Parameters<Checkpointer['read']>[1],
): Promise<ThreadView> {
  const view = await below.read(thread, options)
  if (view.snapshot === undefined) return { ...view, entries: await openEntries(ring, view.entries) }
  const snapshot = await openSnapshot(ring, view.snapshot)
  if (snapshot !== undefined) return { ...view, snapshot, entries: await openEntries(ring, view.entries) }
  // A snapshot that does not open, as its thread was erased, is one that is not there.
  const { fold, ...rest } = options ?? {}
  return read(below, ring, thread, rest)
}

async function openSnapshot(ring: KeyRing, stored: StoredSnapshot): Promise<StoredSnapshot | undefined> {
  try {
    const found = decodeValue(stored.bytes)
    // Without a scope and a sealed value it was stored before encryption was turned on.
    if (!Array.isArray(found) || typeof found[0] !== 'string' || !isSealed(found[1])) return stored
    const bytes = await openValue(ring, snapshotPlace(found[0], stored), found[1])
    return bytes instanceof Uint8Array ? { ...stored, bytes } : undefined
  } catch {
    return undefined
  }
}
