import type { JsonObject, JsonValue } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { Channel } from '../../channel.ts'
import { defineState, type StateDefinition } from '../../define-state.ts'
import type { Template, TemplateChannel } from '../schema/template.ts'
import { jsonReducers } from './reducers.ts'

/** The values of a template's graph. */
export type JsonValues = Record<string, JsonValue>

/** The channel in which the results of a map's items are gathered. */
export function mapChannel(node: string): string {
  return `map-${node}`
}

/** The state of a template's graph: its channels, its parameters in the channel `input`, and one channel for each map. */
export function buildState({ channels = {}, nodes, version }: Template): StateDefinition<JsonValues> {
  const maps = Object.entries(nodes).filter(([, { kind }]) => kind === 'map')
  return defineState<JsonValues>({
    channels: {
      ...Object.fromEntries(Object.entries(channels).map(([name, channel]) => [name, buildChannel(channel)])),
      ...Object.fromEntries(maps.map(([name]) => [mapChannel(name), gathering])),
      input: { schema: jsonSchema<JsonValue>({ type: 'object' }), initial: {} },
    },
    ...(version === undefined ? {} : { version }),
  })
}

function buildChannel({ schema, reducer = 'last', initial }: TemplateChannel): Channel<JsonValue> {
  const { nothing, join } = jsonReducers[reducer]
  return {
    schema: jsonSchema<JsonValue>(schema ?? {}),
    initial: initial ?? nothing,
    ...(join === undefined ? {} : { reducer: join }),
  }
}

/** Null begins anew, lists are appended. */
const gathering: Channel<JsonValue> = {
  schema: jsonSchema<JsonValue>({ type: ['array', 'null'] }),
  initial: [],
  reducer: (value, update) => (update === null ? [] : (jsonReducers.append.join?.(value, update) ?? [])),
}

/** The channels of a template, without those that only its graph knows. */
export function ownValues(
  { channels = {} }: Template,
  values: Readonly<Record<string, unknown>>,
): JsonObject {
  // Channels of templates hold JSON, as their schemas say.
  return Object.fromEntries(Object.keys(channels).map((name) => [name, (values[name] ?? null) as JsonValue]))
}
