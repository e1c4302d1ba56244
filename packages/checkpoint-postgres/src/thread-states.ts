import { genesisHash, type Rewind } from '@keepup/checkpoint'
import type { Hash, Sequence, ThreadId } from '@keepup/core'
import { type PostgresStatement, statement } from '@keepup/database-postgres'

/** Where a thread stood when it was looked at. */
export interface ThreadState {
  readonly head: Sequence
  /** The chain's hash at the head; `null` before the first entry. */
  readonly hash: Hash | null
  readonly many: boolean
}

/** Threads as they were seen last. A commit that was made for another state is refused by the server, so that a stale one does no harm. */
export interface ThreadStates {
  get(name: ThreadId): ThreadState | undefined
  set(name: ThreadId, state: ThreadState): void
  forget(name: ThreadId): void
}

/** So many threads are remembered at most. */
const rememberedAtMost = 10_000

/** Remembers nothing yet. */
export function createThreadStates(): ThreadStates {
  const states = new Map<ThreadId, ThreadState>()
  return {
    get: (name) => states.get(name),
    set(name, state) {
      if (states.size >= rememberedAtMost) states.clear()
      states.set(name, state)
    },
    forget: (name) => void states.delete(name),
  }
}

/** The columns of a state. */
export interface StateRow {
  readonly name: string
  readonly head: number
  readonly hash: Buffer | null
  readonly many: boolean
}

/** States of threads by their names. */
export const selectStates: PostgresStatement<StateRow> = statement(
  'SELECT name, head, hash, many FROM thread WHERE name = ANY($1::text[])',
)

/** A state from its columns. */
export function toState({ head, hash, many }: Omit<StateRow, 'name'>): ThreadState {
  return { head, hash: hash?.toString('hex') ?? null, many }
}

/** The hash that an entry after this state follows. */
export function previousHash(name: ThreadId, state: ThreadState | undefined): Hash {
  return state?.hash ?? genesisHash(name)
}

/** Rewinds as a column gives them: JSON pairs of sequence and target, ascending. */
export function toRewinds(pairs: readonly (readonly [number, number])[] | null): Rewind[] {
  return (pairs ?? []).map(([sequence, to]) => ({ sequence, to }))
}
