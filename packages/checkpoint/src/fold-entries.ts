import { type Entry, type Fold, KeepupError } from '@keepup/core'

/** Entry types that every fold passes over: what they do to a history is done before it is folded. */
const structural: ReadonlySet<string> = new Set(['thread-rewound'])

/**
 * Folds effective entries into a state. Erased entries reach the fold too, with `erased: true` and no data. The base entry of a pruned thread gives its
 * state, loaded or migrated. Fails `thread-too-new` on a critical entry that the fold does not understand, and on a base entry of another fold.
 */
export function foldEntries<State>(fold: Fold<State>, state: State, entries: Iterable<Entry>): State {
  let folded = state
  for (const entry of entries) {
    if (entry.type === 'thread-pruned') {
      folded = baseState(fold, entry)
      continue
    }
    if (entry.critical && !understands(fold, entry.type)) throw tooNew(fold, entry)
    folded = fold.apply(folded, entry)
  }
  return folded
}

/** A stored form as a state: loaded where the version is the fold's, migrated where the fold can, `undefined` otherwise. */
export function restoreState<State>(fold: Fold<State>, version: number, stored: unknown): State | undefined {
  if (version !== fold.version) return fold.migrate?.(stored, version)
  // Without `load`, what was stored of a state is the state.
  return fold.load === undefined ? (stored as State) : fold.load(stored)
}

function understands(fold: Fold<unknown>, type: string): boolean {
  return fold.understands === undefined || fold.understands.has(type) || structural.has(type)
}

function baseState<State>(fold: Fold<State>, entry: Entry): State {
  // The header says that a checkpointer's `prune` wrote the data; erased, there is none.
  const data = entry.data as { fold: { id: string; version: number }; state: unknown } | undefined
  if (data === undefined) return fold.initial
  const state = data.fold.id === fold.id ? restoreState(fold, data.fold.version, data.state) : undefined
  if (state !== undefined) return state
  const message =
    `Thread ${entry.thread} was pruned to a state of fold ${data.fold.id} version ${data.fold.version}, which fold ${fold.id} ` +
    `version ${fold.version} cannot read. Use that fold, or one that migrates from it.`
  throw new KeepupError('thread-too-new', message, { details: { thread: entry.thread, fold: data.fold } })
}

function tooNew(fold: Fold<unknown>, entry: Entry): KeepupError {
  const message =
    `Entry ${entry.sequence} of thread ${entry.thread} has the type ${entry.type}, which fold ${fold.id} version ${fold.version} does not ` +
    'understand and must not skip. Update keepup, or the package that wrote it.'
  return new KeepupError('thread-too-new', message, {
    details: { thread: entry.thread, sequence: entry.sequence, type: entry.type },
  })
}
