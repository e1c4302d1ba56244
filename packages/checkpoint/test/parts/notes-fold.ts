import type { Fold } from '@keepup/core'

/** A fold that keeps every note with its position. */
export const notesFold: Fold<readonly string[]> = {
  id: 'notes',
  version: 2,
  initial: [],
  apply: (state, entry) =>
    entry.type === 'note-taken' ? [...state, `${entry.sequence}:${JSON.stringify(entry.data)}`] : state,
  understands: new Set(['note-taken', 'note-kept']),
}
