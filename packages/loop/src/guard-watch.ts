import { decodeValue, encodeValue } from '@keepup/checkpoint'
import {
  type CallSituation,
  type Checkpointer,
  type Entry,
  type Fold,
  type Guard,
  KeepupError,
  type LeaseToken,
  type Policy,
  type Sequence,
  type StoredSnapshot,
  type ThreadId,
  type ThreadView,
} from '@keepup/core'

/** What guards know of a thread that is held, entry by entry. */
export interface GuardWatch {
  /** Takes in an entry, before it is committed. */
  observe(entry: Entry): void
  /** The guards as they decide from what they know now. */
  situation(): Pick<CallSituation, 'policies' | 'findOrigins'>
  /** Reads anew what the thread's history comes to: after a rewind it is another one. Everything observed until now is committed. */
  readAgain(): Promise<void>
  /** Keeps a snapshot of what they know, where many entries came since the last. Never fails: snapshots are derived. */
  keep(at: Sequence, lease: LeaseToken): Promise<void>
}

/** Where guards read. */
export interface GuardedThread {
  readonly checkpointer: Checkpointer
  readonly thread: ThreadId
  /** Entries after which a snapshot is kept; 0 for never. */
  readonly snapshotAfter: number
}

interface Watched {
  readonly guard: Guard
  state: unknown
  /** Entries since the last snapshot. */
  since: number
  /** Of the view that the state was folded from. */
  readonly erasures: number
  readonly head: Sequence
}

/** Begins to watch a thread with these guards, from its history. Fails with the checkpointer's errors. */
export async function watchGuards(guards: readonly Guard[], place: GuardedThread): Promise<GuardWatch> {
  let watched = await Promise.all(guards.map((guard) => readGuard(guard, place)))
  /** What came while the history was read anew. */
  let arrived: Entry[] | undefined
  const take = (entry: Entry): void => {
    for (const one of watched) {
      one.state = one.guard.fold.apply(one.state, entry)
      one.since += 1
    }
  }
  return {
    observe(entry) {
      arrived?.push(entry)
      take(entry)
    },
    situation: () => ({
      policies: watched.map(({ guard, state }) => policyOf(guard, state)),
      findOrigins: (argument, call) =>
        watched.flatMap(({ guard, state }) => guard.findOrigins?.(state, argument, call) ?? []),
    }),
    async readAgain() {
      const meanwhile: Entry[] = []
      arrived = meanwhile
      watched = await Promise.all(guards.map((guard) => readGuard(guard, place)))
      arrived = undefined
      for (const entry of meanwhile) if (watched.every(({ head }) => entry.sequence > head)) take(entry)
    },
    async keep(at, lease) {
      for (const one of watched) await keepSnapshot(one, place, at, lease)
    },
  }
}

function policyOf(guard: Guard, state: unknown): Policy {
  const policy: Policy = (call) => guard.decide(state, call)
  // A policy that fails is told of by its name.
  return Object.defineProperty(policy, 'name', { value: guard.fold.id })
}

async function readGuard(guard: Guard, place: GuardedThread): Promise<Watched> {
  const { fold } = guard
  const view = await readView(guard, place)
  if (view === undefined) return { guard, state: fold.initial, since: 0, erasures: 0, head: 0 }
  const stored = view.snapshot === undefined ? undefined : stateOf(fold, view.snapshot)
  const whole = view.snapshot === undefined || stored !== undefined ? view : await readWhole(place)
  let state = stored === undefined ? fold.initial : stored.state
  for (const entry of whole.entries)
    state = entry.type === 'thread-pruned' ? guard.rebase(entry) : fold.apply(state, entry)
  return { guard, state, since: whole.entries.length, erasures: whole.erasures ?? 0, head: whole.head }
}

/** The history of a thread; nothing where it has none yet. */
async function readView(
  { fold: { id, version } }: Guard,
  { checkpointer, thread }: GuardedThread,
): Promise<ThreadView | undefined> {
  try {
    return await checkpointer.read(thread, { fold: { id, version } })
  } catch (error) {
    if (KeepupError.is(error, 'thread-unknown')) return undefined
    throw error
  }
}

function readWhole({ checkpointer, thread }: GuardedThread): Promise<ThreadView> {
  return checkpointer.read(thread)
}

/** The state that a snapshot holds; `undefined` where it cannot be used: the entries are the truth. */
function stateOf(
  fold: Fold<unknown>,
  { fold: of, bytes }: StoredSnapshot,
): { readonly state: unknown } | undefined {
  if (of.version !== fold.version) return undefined
  try {
    const stored = decodeValue(bytes)
    return { state: fold.load === undefined ? stored : fold.load(stored) }
  } catch {
    return undefined
  }
}

async function keepSnapshot(
  watched: Watched,
  { checkpointer, thread, snapshotAfter }: GuardedThread,
  at: Sequence,
  lease: LeaseToken,
): Promise<void> {
  const { guard, state, since, erasures } = watched
  if (snapshotAfter === 0 || since < snapshotAfter) return
  const { fold } = guard
  try {
    const bytes = encodeValue(fold.save === undefined ? state : fold.save(state))
    const stored = { fold: { id: fold.id, version: fold.version }, at, bytes, erasures }
    await checkpointer.snapshot(thread, stored, lease)
    watched.since = 0
  } catch {
    // The entries are the truth.
  }
}
