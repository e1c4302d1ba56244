import {
  type Append,
  type Checkpoint,
  type Entry,
  type EntryId,
  type Hash,
  KeepupError,
  type NewEntry,
  type Sequence,
  type Timestamp,
} from '@keepup/core'

import { earliestWait } from '../backend/earliest-wait.ts'
import { genesisHash } from '../entry-hash.ts'
import { leaseLost } from '../lease-error.ts'
import { sealEntry } from '../seal-entry.ts'
import { unknownThread } from '../unknown-position.ts'
import type { MemoryState } from './memory-state.ts'
import { effectiveHistory, type MemoryThread } from './memory-thread.ts'
import { type StoredEntry, storeEntry } from './stored-entry.ts'

/** What a commit would do to one thread: checked and encoded, not yet done. */
export interface Draft {
  readonly existing: MemoryThread | undefined
  writers: 'one' | 'many'
  head: Sequence
  hash: Hash
  readonly stored: StoredEntry[]
  readonly rewinds: { readonly sequence: Sequence; readonly to: Sequence }[]
  /** The last sequence of each append that had entries. */
  readonly commits: Sequence[]
  readonly ids: Set<EntryId>
  due: Timestamp | undefined
}

/** A draft that changes nothing yet. */
export function emptyDraft(state: MemoryState, append: Append): Draft {
  const existing = state.threads.get(append.thread)
  return {
    existing,
    writers: existing?.writers ?? 'one',
    head: existing?.head ?? 0,
    hash: existing?.hash ?? genesisHash(append.thread),
    stored: [],
    rewinds: [],
    commits: [],
    ids: new Set(),
    due: existing?.due,
  }
}

/** Checks that an append may be made where the draft stands: its lease, its place, its kind. */
export function checkPlace(state: MemoryState, draft: Draft, append: Append): void {
  const { thread, after, lease, writers } = append
  const isNew = draft.existing === undefined && draft.head === 0
  if (lease !== undefined || after !== 'head') state.leases.check(thread, lease)
  if (after === 'head') {
    if (isNew) throw unknownThread(thread)
    if (draft.writers === 'one') throw lease === undefined ? leaseLost(thread, lease) : headIsForMany(thread)
  } else if (after !== draft.head) {
    throw headMoved(thread, after, draft.head)
  }
  if (writers === undefined) return
  if (!isNew) throw threadExists(thread)
  draft.writers = writers
}

/** Encodes an append's entries into the draft; the checkpoint that the thread would get. */
export function draftEntries(state: MemoryState, draft: Draft, append: Append): Checkpoint {
  const { thread } = append
  const entries: Entry[] = []
  for (const entry of append.entries) {
    if (isKnown(draft, entry, append)) continue
    checkArtifacts(state, entry)
    const sequence = draft.head + 1
    const sealed = sealEntry({ thread, sequence, previous: draft.hash, entry, salt: state.newSalt() })
    if (entry.type === 'thread-rewound') draftRewind(state, draft, sealed.entry)
    draft.stored.push(storeEntry(sealed))
    draft.head = sequence
    draft.hash = sealed.entry.hash
    entries.push(sealed.entry)
  }
  if (entries.length > 0) {
    draft.commits.push(draft.head)
    draft.due = earliestWait(draft.due, entries)
  }
  return { thread, sequence: draft.head, hash: draft.hash, entries }
}

/** Whether an entry was appended before under the same id; notes the id otherwise. */
function isKnown(draft: Draft, entry: NewEntry, append: Append): boolean {
  if (entry.id === undefined) return false
  if (draft.writers === 'one') {
    const message = `An entry for thread ${append.thread} has the id ${entry.id}, but only threads with many writers take ids.`
    throw new KeepupError('entry-invalid', message, { details: { field: 'id', value: entry.id } })
  }
  if (draft.ids.has(entry.id) || draft.existing?.ids.has(entry.id) === true) return true
  draft.ids.add(entry.id)
  return false
}

function checkArtifacts(state: MemoryState, entry: NewEntry): void {
  const missing = entry.artifacts?.find((artifact) => state.artifacts?.has(artifact) !== true)
  if (missing === undefined) return
  const remedy =
    state.artifacts === undefined ? 'Give memoryCheckpointer its artifacts.' : 'Store it before the entry.'
  const message = `Entry ${entry.type} names artifact ${missing}, which is not stored. ${remedy}`
  throw new KeepupError('artifact-unknown', message, { details: { artifact: missing } })
}

/** Notes a rewind whose target was checked to be a sequence; it must exist still. */
function draftRewind(state: MemoryState, draft: Draft, entry: Entry): void {
  // The header's check found an earlier sequence there.
  const { to } = entry.data as { readonly to: Sequence }
  if (draft.existing !== undefined) {
    effectiveHistory(state.threads, draft.existing, Math.min(to, draft.existing.head))
  }
  draft.rewinds.push({ sequence: entry.sequence, to })
}

function headMoved(thread: string, after: Sequence, head: Sequence): KeepupError {
  const message = `An append to thread ${thread} was written for head ${after}, but the head is ${head}. Read the thread again.`
  return new KeepupError('checkpoint-conflict', message, { details: { thread, after, head } })
}

function headIsForMany(thread: string): KeepupError {
  const message = `An append to thread ${thread} says after: 'head', but it has one writer. Name the head it was written for.`
  return new KeepupError('entry-invalid', message, { details: { field: 'after', value: 'head' } })
}

function threadExists(thread: string): KeepupError {
  const message = `Thread ${thread} exists, so its writers cannot be chosen any more. Leave out writers.`
  return new KeepupError('thread-exists', message, { details: { thread } })
}
