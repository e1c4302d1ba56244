import { KeepupError } from '@keepup/core'

import type { Channel, ChannelUpdate, ChannelValues } from './channel.ts'

/** A typed state: channels, and the version of their shape. */
export interface StateDefinition<Values extends ChannelValues = ChannelValues> {
  readonly channels: { readonly [Name in keyof Values]: Channel<Values[Name]> }
  readonly version: number
  migrate?(older: ChannelValues, version: number): ChannelUpdate<Values>
}

/** The values of a state definition. */
export type ValuesOf<Definition> = Definition extends StateDefinition<infer Values> ? Values : never

/**
 * Defines the state of a graph. `version` (1 when left out) counts changes of its shape; `migrate` turns values or updates of an older version into the
 * present one: it is given those channels that a snapshot or an entry holds, and gives back what becomes of them. Fails `configuration-invalid`.
 */
export function defineState<Values extends ChannelValues>(definition: {
  readonly channels: {
    readonly [Name in keyof Values]: {
      readonly schema: Channel<Values[Name]>['schema']
      readonly reducer?: (
        value: NoInfer<Values[Name]>,
        update: NoInfer<Values[Name]>,
      ) => NoInfer<Values[Name]>
      readonly initial: NoInfer<Values[Name]>
    }
  }
  readonly version?: number
  readonly migrate?: (older: ChannelValues, version: number) => ChannelUpdate<NoInfer<Values>>
}): StateDefinition<Values> {
  const { channels, version = 1, migrate } = definition
  if (!Number.isSafeInteger(version) || version < 1 || version >= versionSpan) {
    throw invalid(
      `The version of a state is ${version}, but must be an integer from 1 to ${versionSpan - 1}.`,
    )
  }
  for (const name of Object.keys(channels)) {
    if (!channelForm.test(name)) {
      throw invalid(
        `A channel is named ${JSON.stringify(name)}: use a letter, then at most 63 letters, digits, _ or -.`,
      )
    }
  }
  return { channels, version, ...(migrate === undefined ? {} : { migrate }) }
}

/** Versions of folds count the form of a run in steps of this, and the state's own version within. */
export const versionSpan = 1_000_000

const channelForm = /^[A-Za-z][\w-]{0,63}$/

function invalid(message: string): KeepupError {
  return new KeepupError('configuration-invalid', message)
}
