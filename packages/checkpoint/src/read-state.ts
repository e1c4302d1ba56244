import type { Checkpointer, Fold, Sequence, StoredSnapshot, ThreadId, ThreadView } from '@keepup/core'

import { decodeValue } from './decode-value.ts'
import { foldEntries, restoreState } from './fold-entries.ts'

/** A state, and the view it was folded from. */
export interface ReadState<State> {
  readonly state: State
  readonly view: ThreadView
}

/**
 * The state of a thread at a position (its head when left out), from the newest snapshot that can be used and the entries after it. A snapshot of another
 * version is migrated where the fold can; it is never trusted otherwise, nor is one that does not decode: then everything is folded.
 */
export async function readState<State>(
  checkpointer: Checkpointer,
  thread: ThreadId,
  fold: Fold<State>,
  at?: Sequence,
): Promise<ReadState<State>> {
  const position = at === undefined ? {} : { at }
  const view = await checkpointer.read(thread, {
    ...position,
    fold: { id: fold.id, version: fold.version },
  })
  if (view.snapshot === undefined) return { view, state: foldEntries(fold, fold.initial, view.entries) }
  const start = stateOf(fold, view.snapshot)
  if (start !== undefined) return { view, state: foldEntries(fold, start.state, view.entries) }
  const whole = await checkpointer.read(thread, position)
  return { view: whole, state: foldEntries(fold, fold.initial, whole.entries) }
}

/** The state that a snapshot holds; `undefined` where it cannot be used. */
function stateOf<State>(fold: Fold<State>, snapshot: StoredSnapshot): { readonly state: State } | undefined {
  try {
    const state = restoreState(fold, snapshot.fold.version, decodeValue(snapshot.bytes))
    return state === undefined ? undefined : { state }
  } catch {
    // A snapshot is derived: whatever is wrong with it, the entries are the truth.
    return undefined
  }
}
