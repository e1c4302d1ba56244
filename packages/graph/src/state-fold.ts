import type { Entry, Fold } from '@keepup/core'

import type { ChannelValues } from './channel.ts'
import type { StateDefinition } from './define-state.ts'
import type { GraphEntryData } from './graph-entries.ts'
import { initialValues, joinUpdate, migrateValues, presentUpdate } from './join-update.ts'

/**
 * Folds the channels that any thread carries in `channel-updated` entries: an agent's thread too, whose other entries it passes over. `name` tells apart the
 * folds of one thread.
 */
export function stateFold<Values extends ChannelValues>(
  state: StateDefinition<Values>,
  name: string,
): Fold<Values> {
  const fold: Fold<ChannelValues> = {
    id: `state/${name}`,
    version: state.version,
    initial: initialValues(state),
    apply: (values, entry) => applyUpdate(state, values, entry),
    migrate: (older, version) =>
      // Stored by this fold for another version of the state.
      version > state.version ? undefined : migrateValues(state, older as ChannelValues, version),
  }
  // The values are those of the definition's channels.
  return fold as Fold<Values>
}

function applyUpdate(state: StateDefinition, values: ChannelValues, entry: Entry): ChannelValues {
  if (entry.type !== 'channel-updated' || entry.erased === true) return values
  // Written by `updateChannels` or a graph's run: the type says so.
  const { update } = entry.data as GraphEntryData['channel-updated']
  return joinUpdate(state, values, presentUpdate(state, update, entry))
}
