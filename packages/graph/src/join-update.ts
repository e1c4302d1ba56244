import { type Entry, KeepupError } from '@keepup/core'

import type { ChannelUpdate, ChannelValues } from './channel.ts'
import type { StateDefinition } from './define-state.ts'

/** The values before the first update. */
export function initialValues({ channels }: StateDefinition): ChannelValues {
  return Object.fromEntries(Object.entries(channels).map(([name, { initial }]) => [name, initial]))
}

/** Joins an update to the values. Channels that are not there any more are passed over. */
export function joinUpdate(
  state: StateDefinition,
  values: ChannelValues,
  update: ChannelUpdate<ChannelValues> | undefined,
): ChannelValues {
  if (update === undefined) return values
  let joined: Record<string, unknown> | undefined
  for (const name of Object.keys(update)) {
    const part = update[name]
    const channel = Object.hasOwn(state.channels, name) ? state.channels[name] : undefined
    if (part === undefined || channel === undefined) continue
    joined ??= { ...values }
    joined[name] = channel.reducer === undefined ? part : channel.reducer(joined[name], part)
  }
  return joined ?? values
}

/** What an entry says of channels, as the present version of the state has them. Fails `thread-too-new` where a newer version wrote it. */
export function presentUpdate(
  state: StateDefinition,
  update: ChannelUpdate<ChannelValues> | undefined,
  { thread, sequence, version }: Pick<Entry, 'sequence' | 'thread' | 'version'>,
): ChannelUpdate<ChannelValues> | undefined {
  if (version === state.version || update === undefined) return update
  if (version < state.version) return migrated(state, update, version)
  const message =
    `Entry ${sequence} of thread ${thread} speaks of version ${version} of a state that is known here in version ${state.version}. ` +
    'Use the newer graph.'
  throw new KeepupError('thread-too-new', message, { details: { thread, sequence, version } })
}

/** Values of an older version, as a snapshot holds them, in the present one. */
export function migrateValues(state: StateDefinition, older: ChannelValues, version: number): ChannelValues {
  const present = version === state.version ? older : migrated(state, older, version)
  const known = Object.entries(present).filter(
    ([name, value]) => value !== undefined && Object.hasOwn(state.channels, name),
  )
  return { ...initialValues(state), ...Object.fromEntries(known) }
}

function migrated(state: StateDefinition, older: ChannelValues, version: number): ChannelValues {
  return state.migrate === undefined ? older : { ...state.migrate(older, version) }
}
