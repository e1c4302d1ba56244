import { checkAppend, type Rewind, sealEntry } from '@keepup/checkpoint'
import { earliestWait, idIsForMany, isAside, locateHistory } from '@keepup/checkpoint/backend'
import type {
  Append,
  ArtifactHash,
  Checkpoint,
  Commit,
  Entry,
  Hash,
  LeaseToken,
  NewEntry,
  Sequence,
  ThreadId,
  Timestamp,
} from '@keepup/core'

import { type NewEntryRow, toRow } from './entry-row.ts'
import type { Line } from './lineage.ts'
import type { Parts } from './parts.ts'
import { previousHash, type ThreadState } from './thread-states.ts'

/** What is known of the threads that a batch names, when it is sealed. */
export interface Known {
  /** `undefined` for a thread that does not exist. */
  state(thread: ThreadId): ThreadState | undefined
  /** Whether an entry with an id is stored. */
  hasId(thread: ThreadId, id: string): boolean
  /** The thread with its origins, where the batch rewinds it. */
  line(thread: ThreadId): Line | undefined
}

/** An entry with the place of its data in the batch's bytes. */
export type PlacedRow = NewEntryRow & { readonly from: number; readonly size: number }

/** An append as `keepup_append` takes it: the caller's words, the place that it is sealed for, and what it stores. */
export interface Request extends Partial<Content> {
  readonly thread: ThreadId
  readonly after: Sequence | 'head'
  readonly lease: LeaseToken | null
  readonly head: Sequence
  readonly hash: Hash | null
  readonly takes?: readonly string[]
  readonly writers?: 'one' | 'many'
  readonly entries: readonly PlacedRow[]
}

/** What an append stores besides its entries. */
interface Content {
  readonly newHash: Hash | null
  readonly created: Timestamp | null
  readonly due: Timestamp | null
  /** Its entries say nothing of the wait: it stays open where it ends before `due`. */
  readonly aside: true
  /** Sequence, type and artifacts of entries that name some. */
  readonly uses: readonly (readonly [Sequence, string, readonly ArtifactHash[]])[]
  readonly ids: readonly string[]
  readonly rewinds: readonly (readonly [Sequence, Sequence])[]
}

/** A batch that was sealed for a state of its threads. */
export interface SealedBatch {
  readonly appends: readonly Request[]
  readonly bytes: Uint8Array
  readonly checkpoints: readonly Checkpoint[]
  /** Where the threads stand once it is committed. */
  readonly states: ReadonlyMap<ThreadId, ThreadState>
  /** What the batch is refused for, unless the server finds something that comes before. */
  readonly refusal?: { readonly error: unknown }
}

/** A thread while the batch's appends are sealed one after the other. */
interface Draft {
  readonly name: ThreadId
  head: Sequence
  hash: Hash | null
  many: boolean
  readonly exists: boolean
  readonly ids: Set<string>
  readonly rewinds: Rewind[]
}

/** Gives the entries of a batch their places and hashes. */
export function sealBatch(parts: Parts, batch: Commit, known: Known): SealedBatch {
  const drafts = new Map<ThreadId, Draft>()
  const data: Uint8Array[] = []
  const sealing: Sealing = { parts, known, data, size: 0 }
  const appends: Request[] = []
  const checkpoints: Checkpoint[] = []
  let refusal: { readonly error: unknown } | undefined
  for (const append of batch.appends) {
    // The frame is checked before anything else is looked at.
    checkAppend(append)
    const draft = drafts.get(append.thread) ?? draftOf(append.thread, known)
    drafts.set(append.thread, draft)
    const frame = frameOf(append, draft)
    try {
      const { request, checkpoint } = sealAppend(sealing, draft, append, frame)
      appends.push(request)
      checkpoints.push(checkpoint)
    } catch (error) {
      refusal = { error }
      appends.push(frame)
      break
    }
  }
  const states = new Map([...drafts].map(([name, { head, hash, many }]) => [name, { head, hash, many }]))
  const sealed = { appends, bytes: Buffer.concat(data), checkpoints, states }
  return refusal === undefined ? sealed : { ...sealed, refusal }
}

interface Sealing {
  readonly parts: Parts
  readonly known: Known
  readonly data: Uint8Array[]
  size: number
}

function draftOf(name: ThreadId, known: Known): Draft {
  const state = known.state(name)
  return {
    name,
    head: state?.head ?? 0,
    hash: state?.hash ?? null,
    many: state?.many ?? false,
    exists: state !== undefined && state.hash !== null,
    ids: new Set(),
    rewinds: [],
  }
}

/** What the server checks an append by: the caller's words, and the place that it is sealed for. */
function frameOf(append: Append, { head, hash }: Draft): Request {
  const { thread, after, lease, takes, writers } = append
  return {
    thread,
    after,
    lease: lease ?? null,
    head,
    hash,
    ...(takes && { takes }),
    ...(writers && { writers }),
    entries: [],
  }
}

function sealAppend(
  sealing: Sealing,
  draft: Draft,
  append: Append,
  frame: Request,
): { readonly request: Request; readonly checkpoint: Checkpoint } {
  const place = append.after
  if (place !== 'head' && place !== draft.head) {
    // The server tells what is wrong with it, before looking at any entry.
    const checkpoint = { thread: draft.name, sequence: place, hash: '', entries: [] }
    return { request: frame, checkpoint }
  }
  if (append.writers !== undefined) draft.many = append.writers === 'many'
  const stored: Entry[] = []
  const rows: PlacedRow[] = []
  const rewinds: (readonly [Sequence, Sequence])[] = []
  for (const entry of append.entries) {
    if (isKnown(sealing, draft, entry)) continue
    const sealed = sealEntry({
      thread: draft.name,
      sequence: draft.head + 1,
      previous: draft.hash ?? previousHash(draft.name, undefined),
      entry,
      salt: sealing.parts.newSalt(),
    })
    const { bytes } = sealed
    rows.push({
      ...toRow(sealed, stored.length, sealing.parts.labels),
      from: sealing.size + 1,
      size: bytes.length,
    })
    sealing.data.push(bytes)
    sealing.size += bytes.length
    if (entry.type === 'thread-rewound') rewinds.push(rewindOf(sealing, draft, sealed.entry))
    draft.head += 1
    draft.hash = sealed.entry.hash
    stored.push(sealed.entry)
  }
  const checkpoint = {
    thread: draft.name,
    sequence: draft.head,
    hash: draft.hash ?? previousHash(draft.name, undefined),
    entries: stored,
  }
  return { request: { ...frame, entries: rows, ...contentOf(draft, rows, stored, rewinds) }, checkpoint }
}

function contentOf(
  draft: Draft,
  rows: readonly NewEntryRow[],
  stored: readonly Entry[],
  rewinds: readonly (readonly [Sequence, Sequence])[],
): Partial<Content> {
  const uses = stored.flatMap(({ sequence, type, artifacts }) =>
    artifacts === undefined ? [] : [[sequence, type, artifacts] as const],
  )
  const ids = rows.flatMap(({ id }) => (id === null ? [] : [id]))
  return {
    newHash: draft.hash,
    created: stored[0]?.time ?? null,
    due: earliestWait(undefined, stored) ?? null,
    ...(isAside(stored) && { aside: true }),
    ...(uses.length > 0 && { uses }),
    ...(ids.length > 0 && { ids }),
    ...(rewinds.length > 0 && { rewinds }),
  }
}

function isKnown({ known }: Sealing, draft: Draft, { id }: NewEntry): boolean {
  if (id === undefined) return false
  if (!draft.many) throw idIsForMany(draft.name, id)
  if (draft.ids.has(id) || known.hasId(draft.name, id)) return true
  draft.ids.add(id)
  return false
}

/** Where a rewind goes to. Its header was checked; what it names must exist still. */
function rewindOf({ known }: Sealing, draft: Draft, entry: Entry): readonly [Sequence, Sequence] {
  const { to } = entry.data as { readonly to: Sequence }
  const line = known.line(draft.name)
  const [own, ...past] = line ?? []
  if (own !== undefined && draft.exists) {
    const [thread, rewinds] = own
    const grown = { ...thread, head: draft.head }
    locateHistory([[grown, [...rewinds, ...draft.rewinds]], ...past], Math.min(to, draft.head))
  }
  draft.rewinds.push({ sequence: entry.sequence, to })
  return [entry.sequence, to]
}
