import {
  type Append,
  type Checkpoint,
  type Checkpointer,
  type Entry,
  KeepupError,
  type Lease,
  type LeaseToken,
  type Owner,
  type PendingSignal,
  type Sequence,
  type ThreadId,
  type ThreadView,
} from '@keepup/core'

import { chainHash, genesisHash } from '../entry-hash.ts'
import { compareEntry } from './compare-entry.ts'
import { createReplayCursor, type ReplayCursor } from './replay-cursor.ts'
import { replayView } from './replay-view.ts'

/** What a record does not tell by itself. */
export interface ReplayOptions {
  /** The view that the record begins after, for a fork: `read(fork, { at: origin.at })`. */
  readonly past?: ThreadView
  /** The token of a lease taken now, told by the entries to come; 1 when left out. */
  readonly token?: (upcoming: readonly Entry[]) => LeaseToken
  /** The signal that a recorded entry was caused by, as it waited. Without it no signal ever waits. */
  readonly signalOf?: (entry: Entry) => Omit<PendingSignal, 'position'> | undefined
}

/** A checkpointer that accepts only what was recorded. */
export interface ReplayCheckpointer extends Checkpointer {
  readonly cursor: ReplayCursor
}

/**
 * A checkpointer for re-executing one thread's own entries, as `log` gave them. `commit` compares each entry with the recorded one at its place and fails
 * `replay-diverged` (`details.sequence`, `.expected`, `.actual`) on the first difference; it answers with the recorded entry. Appends to other
 * threads and sent signals are accepted and forgotten. `pending` gives the signals that the next recorded entries were caused by. `read` gives what was
 * emitted again so far. What a replay has no use for (`fork`, `erase`, `prune`, `watch`, `history`, `threads`, `within`) fails `not-supported`, and
 * so does a record with erased entries.
 */
export function replayCheckpointer(
  recorded: readonly Entry[],
  options: ReplayOptions = {},
): ReplayCheckpointer {
  checkRecord(recorded)
  const [first] = recorded
  const { past } = options
  const thread = first?.thread ?? past?.thread ?? ''
  const isBase = first?.type === 'thread-pruned'
  const start = { thread, past, after: first === undefined ? (past?.at ?? 0) : first.sequence - 1 }
  const cursor = createReplayCursor(recorded)
  // A base entry was not emitted by anybody: it is where the record begins.
  if (isBase) cursor.advance()
  const emitted = (): readonly Entry[] => recorded.slice(0, cursor.position)

  function commitOne(append: Append): Checkpoint {
    if (append.thread !== thread) return forgotten(append)
    const head = start.after + cursor.position
    if (append.after !== 'head' && append.after !== head) throw moved(thread, append.after, head)
    const same = append.entries.map((entry, index) =>
      compareEntry({ thread, sequence: head + index + 1 }, recorded[cursor.position + index], entry),
    )
    cursor.advance(same.length)
    const last = recorded[cursor.position - 1]
    const hash = last === undefined ? (past?.hash ?? genesisHash(thread)) : chainHash(last)
    return { thread, sequence: head + same.length, hash, entries: same }
  }

  return {
    cursor,
    commit: async ({ appends }) => appends.map(commitOne),
    signal: async (signals) => signals.map(() => 'accepted' as const),
    pending: async () => pendingSignals(cursor, options),
    read: async (asked, { at } = {}) =>
      asked === thread
        ? replayView(start, emitted(), at)
        : replayView({ thread: asked, after: 0, past: undefined }, [], at),
    log: async function* (asked, after = 0) {
      if (asked === thread) yield* emitted().filter(({ sequence }) => sequence > after)
    },
    lease: async (asked, owner) => replayLease(asked, owner, options.token?.([...cursor.upcoming()]) ?? 1),
    snapshot: async () => {},
    history: refuse('history'),
    threads: refuse('threads'),
    watch: refuse('watch'),
    within: refuse('within'),
    fork: async () => refuse('fork')(),
    erase: async () => refuse('erase')(),
    prune: async () => refuse('prune')(),
    [Symbol.asyncDispose]: async () => {},
  }
}

/** The signals that the next entries were caused by, in their order. */
function pendingSignals(cursor: ReplayCursor, options: ReplayOptions): PendingSignal[] {
  const seen = new Set<string>()
  const signals: PendingSignal[] = []
  const first = cursor.next()
  for (const entry of cursor.upcoming()) {
    // What was taken at another time waited for another look.
    if (typeof entry.cause !== 'string' || entry.time !== first?.time) break
    if (seen.has(entry.cause)) continue
    seen.add(entry.cause)
    const signal = options.signalOf?.(entry)
    if (signal !== undefined) signals.push({ ...signal, position: entry.sequence })
  }
  return signals
}

async function nothing(): Promise<void> {}

function replayLease(thread: ThreadId, owner: Owner, token: LeaseToken): Lease {
  return {
    thread,
    owner,
    token,
    expires: Infinity,
    renew: nothing,
    release: nothing,
    [Symbol.asyncDispose]: nothing,
  }
}

/** What another thread would get; it is not part of the record. */
function forgotten({ thread, after, entries }: Append): Checkpoint {
  const sequence = (after === 'head' ? 0 : after) + entries.length
  return { thread, sequence, hash: genesisHash(thread), entries: [] }
}

function checkRecord(recorded: readonly Entry[]): void {
  const erased = recorded.find((entry) => entry.erased === true)
  if (erased === undefined) return
  const message = `Thread ${erased.thread} cannot be replayed: its entry ${erased.sequence} was erased.`
  throw new KeepupError('not-supported', message, { details: { sequence: erased.sequence } })
}

function moved(thread: ThreadId, after: Sequence, head: Sequence): KeepupError {
  const message = `A replayed append to thread ${thread} was written for head ${after}, but the head is ${head}.`
  return new KeepupError('checkpoint-conflict', message, { details: { thread, after, head } })
}

function refuse(what: string): () => never {
  return () => {
    throw new KeepupError('not-supported', `A replay has no ${what}.`)
  }
}
