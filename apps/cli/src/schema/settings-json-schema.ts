import type { JsonObject } from '@keepup/core'

import { settingNames, settingTable } from '../settings/setting-table.ts'

/** The JSON Schema (2020-12) of `keepup.json` and of `~/.config/keepup/config.json`, made from the table of settings. Comments are allowed in both beside what it says. */
export function settingsJsonSchema(): JsonObject {
  const [top, groups] = [new Map<string, JsonObject>(), new Map<string, Map<string, JsonObject>>()]
  for (const name of settingNames) {
    const [group = '', key] = settingTable[name].pointer.slice(1).split('/')
    if (key === undefined) top.set(group, schemaOf(name))
    else groups.set(group, (groups.get(group) ?? new Map<string, JsonObject>()).set(key, schemaOf(name)))
  }
  const nested = [...groups].map(([name, keys]): [string, JsonObject] => [name, objectOf(keys)])
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings of keepup',
    ...objectOf([['$schema', { type: 'string' }], ...top, ...nested]),
  }
}

function objectOf(keys: Iterable<readonly [string, JsonObject]>): JsonObject {
  return { type: 'object', properties: Object.fromEntries(keys), additionalProperties: false }
}

function schemaOf(name: (typeof settingNames)[number]): JsonObject {
  const { brief, json, values, expected } = settingTable[name]
  if (values !== undefined) return { description: brief, enum: [...values] }
  const bounds = json === 'number' ? { exclusiveMinimum: 0 } : { minLength: 1 }
  return { description: `${brief}. Write ${expected}.`, type: json, ...bounds }
}
